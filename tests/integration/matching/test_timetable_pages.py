"""The timetable's page: two versions compared, and a run that is watched, stopped, published or thrown away."""

import re

import pytest

from builders.matching import MISSION, delegate
from contracts.registration import DelegateChanged
from drafting import add, draft, meeting, move, publish_draft, remove
from servicekit import identifiers
from timetables_published import pin, publish

PAGE = f"/missions/{MISSION}/timetable"


@pytest.fixture
def hall(desk):
    """Three versions: the second moved a meeting, the third cancelled one and added another."""
    desk.announce()
    guests = [desk.admit(name, "guest") for name in ("klu-1", "klu-2")]
    hosts = [desk.admit(name, "host") for name in ("kya-1", "kya-2")]
    desk.meet(guests[0], hosts[0])
    desk.meet(guests[1], hosts[1])
    publish(desk, pin(guests[0], hosts[0], 0), pin(guests[1], hosts[1], 1))
    for row in desk.get(f"missions/{MISSION}/meetings")["items"]:
        desk.post(f"meetings/{row['id']}/unlock")
    move(desk, meeting(desk, guests[0], hosts[0]), 2, table="T2")
    assert publish_draft(desk).status_code == 201
    remove(desk, meeting(desk, guests[1], hosts[1]), "Хозяин занят")
    add(desk, guests[1], hosts[0], 3)
    assert publish_draft(desk).status_code == 201
    return desk


def page(desk, query="", language="en"):
    answer = desk.client.get(f"{PAGE}{query}", headers={"Accept-Language": language, "Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return answer.text


def changes(text):
    return text[text.index('id="changes"') : text.index('id="waiting"')]


def press(desk, deed):
    text = page(desk)
    address = re.search(rf'action="([^"]+/{deed})"', text)[1]
    token = re.search(r'name="csrf_token" value="([^"]+)"', text)[1]
    return desk.client.post(address, data={"csrf_token": token}, headers={"Accept": "text/html"})


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "How version 3 differs from version 1"), ("ru", "Чем версия 3 отличается от версии 1")],
)
def test_page_shows_in_what_two_versions_differ(hall, language, title):
    told = changes(page(hall, "?version=3&since=1", language))

    assert title in told
    assert [told.count(word) for word in ('class="st part"', 'class="st bad"', 'class="st ok"')] == [1, 1, 1]
    assert "Хозяин занят" in told


def test_page_compares_backwards_and_a_version_with_itself(hall):
    back = changes(page(hall, "?version=1&since=3"))
    same = changes(page(hall, "?version=2&since=2"))

    assert [back.count(word) for word in ('class="st part"', 'class="st bad"', 'class="st ok"')] == [1, 1, 1]
    assert "every meeting stays where it was" in same


def test_version_that_there_is_not_is_not_compared(hall):
    answer = hall.client.get(f"{PAGE}?version=3&since=9", headers={"Accept": "text/html"})

    assert answer.status_code == 404


def test_waiting_search_is_shown_and_stopped(hall):
    hall.post(f"missions/{MISSION}/timetable-runs")

    shown = page(hall)
    answer = press(hall, "stop")

    assert "A timetable is being made" in shown
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert 'id="run-' not in page(hall)


def test_solution_is_shown_with_what_it_does_and_published(hall):
    hall.meet(*(identifiers.derived("organisation", name) for name in ("klu-1", "kya-2")))
    hall.work()
    hall.post(f"missions/{MISSION}/timetable-runs")
    hall.work()

    shown = page(hall)
    press(hall, "publication")

    assert "1 is new." in shown
    assert "klu-1 LLC" in shown[shown.index('id="run-') :]
    assert draft(hall)["timetable"] == 4


@pytest.mark.parametrize(("language", "why"), [("en", "1 pair is left without a meeting"), ("ru", "1 пара остаётся")])
def test_solution_says_before_it_is_published_who_has_no_meeting_and_why(desk, language, why):
    desk.announce(interpreters=())
    ends = [desk.admit("klu-1", "guest"), desk.admit("kya-1", "host")]
    for end, name, spoken in zip(ends, ("klu-1", "kya-1"), ("ru", "zh"), strict=True):
        (person,) = desk.people[end]
        desk.hear(person, delegate(DelegateChanged, person, end, f"{name}/p0", languages=(spoken,)))
    desk.meet(*ends)
    desk.work()
    desk.post(f"missions/{MISSION}/timetable-runs")
    desk.work()

    note = page(desk, language=language)
    note = note[note.index('id="run-') :]

    assert why in note
    assert re.search(r"klu-1[^<]*</bdi> – <bdi>[^<]*kya-1", note)
    assert {"en": "they share no language", "ru": "общего языка нет"}[language] in note.replace("\xa0", " ")


def test_solution_is_thrown_away(hall):
    hall.post(f"missions/{MISSION}/timetable-runs")
    hall.work()

    assert press(hall, "discard").status_code == 303
    assert 'id="run-' not in page(hall)
    assert draft(hall)["timetable"] == 3
