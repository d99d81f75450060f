"""The map of pairs: its cells, the pair that is opened, its blocks, and who may see it."""

import re
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from access.roles import Role
from as_delegates import delegate_of
from builders.matching import MISSION
from builders.matching_scenarios import hear_scenario, read_scenario
from matching.domain.report_figures import closeness
from matching.models import Pair
from matching.pages.organiser import pair_map
from timetables_published import pin, publish

PAGE = f"/missions/{MISSION}/map"
HTML = {"Accept": "text/html"}
SCENARIO = Path(__file__).parents[3] / "deploy/caravan/scenarios/kaluga-krasnoyarsk.json"
PUMPS = "Насосы для водоканала"
COATS = "Зимние рабочие костюмы"
NO_BREAK = "\u00a0"


@pytest.fixture
def market(desk):
    """Two guests who need pumps, two hosts who make them, one who sews; the first two are to meet."""
    desk.announce()
    guests = [desk.admit(name, "guest", needs=PUMPS) for name in ("klu-1", "klu-2")]
    hosts = [desk.admit(name, "host", offers=PUMPS) for name in ("kya-1", "kya-2")]
    hosts.append(desk.admit("kya-3", "host", offers=COATS))
    desk.work()
    return desk, guests, hosts


def seen(desk, query="", language="en", status=200, path=PAGE):
    answer = desk.client.get(f"{path}{query}", headers=HTML | {"Accept-Language": language})
    assert answer.status_code == status, answer.text
    return unescape(answer.text).replace(NO_BREAK, " ")


def rows(text):
    """Return the cells of each guest, by the short name of the guest."""
    found = re.findall(r'<tr><th scope="row"[^>]*>(.*?)</th>(.*?)</tr>', text, re.DOTALL)
    return {name: re.findall(r"<td.*?</td>", row) for name, row in found}


def opened(text):
    return text[text.index('<div id="pair"') :]


def decline(desk, one, other, reason):
    body = {"mission_id": str(MISSION), "from_organisation_id": str(one), "to_organisation_id": str(other)}
    asked = desk.post("meeting-requests", body).json
    assert desk.post(f"meeting-requests/{asked['id']}/refusal", {"reason": reason}).status_code == 200


@pytest.mark.parametrize(
    ("score", "step"), [(0.1, 1), (0.3, 1), (0.49, 1), (0.5, 2), (0.7, 3), (0.89, 3), (0.9, 4), (1.0, 4)]
)
def test_closeness_is_the_band_of_the_score(score, step):
    assert closeness(score) == step


def test_cells_print_closeness_a_frame_for_a_meeting_and_a_cross_for_a_refusal(market):
    desk, guests, hosts = market
    desk.meet(guests[0], hosts[0])
    decline(desk, guests[0], hosts[1], "Not this year")
    decline(desk, guests[1], hosts[0], "Nor next year")
    publish(desk, pin(guests[0], hosts[0], 0))
    answered = desk.get(f"meeting-requests?mission_id={MISSION}")["items"]
    assert [row["status"] for row in answered] == ["accepted", "declined", "declined"]

    found = rows(seen(desk))

    with desk.runtime.database.read() as session:
        step = closeness(session.get(Pair, (MISSION, guests[0], hosts[0])).score)
    met, declined, nothing = found["klu-1"]
    assert f'<td data-l="{step}" class="met"><a' in met
    assert f'aria-labelledby="g1 h1 l{step} m">{step}</a>' in met
    assert re.search(r'aria-labelledby="g1 h2 l\d x">×</a>', declined)
    assert "data-l" not in declined
    assert nothing == "<td></td>"
    assert "×" in found["klu-2"][0]
    assert "×" not in found["klu-2"][1]


def test_names_of_links_are_put_together_from_what_is_on_the_page(market):
    desk, *_ = market

    text = seen(desk)

    named = {id_ for labels in re.findall(r'aria-labelledby="([^"]+)"', text) for id_ in labels.split()}
    assert len(named) > 4
    assert {id_ for id_ in named if text.count(f'id="{id_}"') != 1} == set()


def test_cross_stands_for_who_was_set_aside_or_is_avoided_too(market):
    desk, guests, hosts = market
    body = {"mission_id": str(MISSION), "organisation_id": str(hosts[0]), "partner_id": str(guests[0])}
    desk.post("signals", body | {"kind": "not_for_us"})
    desk.post("signals", body | {"organisation_id": str(hosts[1]), "kind": "known"})
    desk.participate(guests[1], avoids=(hosts[2],))

    found = rows(seen(desk))

    assert [[">×<" in cell for cell in found[name]] for name in ("klu-1", "klu-2")] == [
        [True, False, False],
        [False, False, True],
    ]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("The guest seeks", "The host offers", "of 4: ", "Request: declined", "from klu-1 LLC")),
        ("ru", ("Гость ищет", "Хозяин предлагает", "из 4: ", "Запрос: отклон", "от ООО «klu-1»")),
    ],
)
def test_opened_pair_tells_reasons_closeness_and_the_request(market, language, words):
    desk, guests, hosts = market
    decline(desk, guests[0], hosts[0], "Склад полон")

    text = seen(desk, f"?guest={guests[0]}&host={hosts[0]}", language)

    assert [word for word in (*words, "<mark>", "Склад полон") if word not in opened(text)] == []
    assert opened(text).count('aria-current="true"') + 1 == text.count('aria-current="true"')


def test_link_of_a_cell_opens_its_pair_in_a_region_that_is_read_out(market):
    desk, guests, hosts = market
    link = re.search(r'href="(\?guest=[^"]+)"', rows(seen(desk))["klu-2"][1])[1]

    text = opened(seen(desk, link))

    assert text.startswith('<div id="pair" aria-live="polite">')
    assert "klu-2 LLC" in text
    assert "kya-2 LLC" in text
    assert f"organisation_id={guests[1]}" in text
    assert f"organisation_id={hosts[1]}" in text


def test_opened_pair_leads_to_its_meeting_on_the_board_or_to_a_new_one(market):
    desk, guests, hosts = market
    without = opened(seen(desk, f"?guest={guests[0]}&host={hosts[0]}"))
    desk.meet(guests[0], hosts[0])
    publish(desk, pin(guests[0], hosts[0], 0))
    meetings = desk.get(f"missions/{MISSION}/meetings")["items"]
    [meeting] = [row["id"] for row in meetings if (row["guest_id"], row["host_id"]) == (str(guests[0]), str(hosts[0]))]

    met = opened(seen(desk, f"?guest={guests[0]}&host={hosts[0]}"))
    other = opened(seen(desk, f"?guest={guests[1]}&host={hosts[2]}"))

    board = f"/missions/{MISSION}/timetable"
    assert "/timetable/" not in without
    assert "No reason to meet was found" in other
    assert f"{board}/meetings/{meeting}" in met
    added = re.search(rf'href="({board}/addition[^"]+)"', other)[1]
    chosen = seen(desk, path=added)
    assert f'<option value="{guests[1]}" selected' in chosen
    assert f'<option value="{hosts[2]}" selected' in chosen


@pytest.mark.parametrize("query", ["?guest=nobody&host=x", "?guest=&host=", "?guest=%00", "?guests=0", "?hosts=two"])
def test_address_that_names_nobody_shows_the_map(market, query):
    desk, *_ = market

    text = seen(desk, query)

    assert set(rows(text)) == {"klu-1", "klu-2"}
    assert ("This pair is not in the mission" in text) == ("guest=" in query)


def test_large_sides_are_shown_by_blocks_in_the_order_of_references(desk, monkeypatch):
    monkeypatch.setattr(pair_map, "BLOCK", 2)
    desk.announce()
    guests = [desk.admit(name, "guest", needs=PUMPS) for name in ("klu-10", "klu-9", "klu-2")]
    host = desk.admit("kya-1", "host", offers=PUMPS)
    desk.work()

    first, second = seen(desk), seen(desk, "?guests=2")

    assert list(rows(first)) == ["klu-2", "klu-9"]
    assert list(rows(second)) == ["klu-10"]
    following = re.search(r'href="([^"]*guests=2[^"]*)"', first)[1].replace("&amp;", "&")
    assert list(rows(seen(desk, path=following))) == ["klu-10"]
    assert "Hosts</span>" not in first
    assert list(rows(seen(desk, f"?guest={guests[0]}&host={host}"))) == ["klu-10"]


def test_blocks_are_smaller_where_so_many_pairs_fit_that_a_page_would_be_too_long(market, monkeypatch):
    desk, guests, hosts = market
    monkeypatch.setattr(pair_map, "LINKS", 2)
    assert desk.get(f"missions/{MISSION}")["recommendations"]["pairs"] == 4

    names = [list(rows(seen(desk, query))) for query in ("", "?guests=2", f"?guest={guests[1]}&host={hosts[0]}")]

    assert names == [["klu-1"], ["klu-2"], ["klu-2"]]


@pytest.mark.parametrize(("language", "words"), [("en", "No pairs yet"), ("ru", "Пар пока нет")])
def test_mission_without_hosts_says_what_is_missing(desk, language, words):
    desk.announce()
    desk.admit("klu-1", "guest", needs=PUMPS)

    text = seen(desk, language=language)

    assert words in text
    assert "<table" not in text


def test_map_is_for_who_runs_the_mission(market):
    desk, guests, _hosts = market
    app = desk.client.application

    answers = {
        role: delegate_of(app, scope, role=role).page(PAGE).status_code
        for role, scope in ((Role.ORGANISER, MISSION), (Role.READER, MISSION), (Role.DELEGATE, guests[0]))
    }
    stranger = delegate_of(app, "00000000-0000-4000-8000-00000000dead")

    assert answers == {Role.ORGANISER: 200, Role.READER: 403, Role.DELEGATE: 403}
    assert stranger.page(PAGE).status_code == 404


def test_views_of_recommendations_lead_to_one_another_for_who_runs_the_mission(market):
    desk, guests, _hosts = market
    pages = (PAGE, f"/missions/{MISSION}/recommendations", f"/missions/{MISSION}/exposure")

    linked = [[f'href="{page}"' in seen(desk, path=path) for page in pages] for path in pages]
    company = delegate_of(desk.client.application, guests[0]).page(pages[1]).text

    assert linked == [[True] * 3] * 3
    assert f'href="{PAGE}"' not in company


@pytest.fixture
def asked():
    """The statements that any database is asked from now on."""
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield statements
    event.remove(Engine, "before_cursor_execute", note)


def test_map_of_kaluga_is_small_and_asks_no_more_than_that_of_two(market, asked):
    desk, *_ = market
    seen(desk)
    asked.clear()
    seen(desk)
    few = len(asked)
    hear_scenario(desk, read_scenario(SCENARIO))
    desk.work()
    asked.clear()

    text = seen(desk)

    assert len(rows(text)) > 20
    assert len(text.encode()) < 60_000
    assert len(asked) <= few + 1  # who looks may be looked up anew
