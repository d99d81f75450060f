"""A cursor of the feed is read as it was written, and nothing else is."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicekit.feed.pages import FeedPage, Place, place_of
from servicekit.problems import InvalidInputError

PLACES = st.builds(
    Place,
    kind=st.sampled_from(["stream", "outbox"]),
    position=st.integers(0, 2**63 - 1),
    number=st.integers(0, 2**63 - 1),
    event_id=st.sampled_from(["", "01928f3c8f3e7d0e8f3e7d0e8f3e7d0e"]),
)


@given(PLACES)
def test_cursor_is_read_as_the_place_that_wrote_it(place):
    assert place_of(place.cursor()) == place


def encoded(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "====",
        "../../etc/passwd",
        "ключ",
        encoded("stream.1.0"),
        encoded("stream.one.0."),
        encoded("stream.-1.0."),
        encoded("stream.01.0."),
        encoded("stream.1.0.x.y"),
        Place(kind="stream", position=1).cursor() + "=",
        Place(kind="stream", position=2**63).cursor(),
        Place(kind="outbox", position=10**30).cursor(),
        Place(kind="outbox", position=1, number=2**63).cursor(),
    ],
)
def test_cursor_that_is_none_is_refused_with_its_field(cursor):
    with pytest.raises(InvalidInputError) as refusal:
        place_of(cursor)

    assert [error.pointer for error in refusal.value.errors] == ["#/after"]


def test_page_passes_over_what_is_no_event_and_what_is_not_asked_for():
    page = FeedPage(limit=10)

    for body in ("no json", "[]", "7", '{"type":"a"}', '{"type":"b"}'):
        page.add(body, {"b"})

    assert page.events == [{"type": "b"}]


@pytest.mark.parametrize(
    "said",
    ["NaN", "-Infinity", "1e999", r'"\ud800"', r'{"\ud800":1}', "[" * 100 + "]" * 100, "[" * 100_000, "9" * 5_000],
    ids=lambda said: said[:10],
)
def test_page_passes_over_what_cannot_be_told_as_it_came(said):
    page = FeedPage(limit=10)

    for body in (f'{{"data":{said}}}', '{"data":[1.5,{"names":"✓"}]}'):
        page.add(body, ())

    assert page.events == [{"data": [1.5, {"names": "✓"}]}]


def test_page_is_full_when_it_is_heavy_though_it_holds_few(monkeypatch):
    monkeypatch.setattr("servicekit.feed.pages.MOST_BYTES", 100)
    page = FeedPage(limit=10)

    page.add('{"type":"' + "a" * 100 + '"}', ())

    assert page.is_full
