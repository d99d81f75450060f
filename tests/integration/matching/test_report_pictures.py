"""Pictures of the report: how far agreements came, and between which places people met."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import pytest

from builders.matching import MISSION, organisation
from contracts.registration import RegionRegistered
from matching.queries import report
from servicekit import identifiers

PAGE = f"/missions/{MISSION}/report"


@pytest.fixture
def town(desk):
    """Two guests and two hosts; the first guest meets both hosts, the second the second."""
    desk.announce()
    guests = [desk.admit(name, "guest") for name in ("klu-1", "klu-2")]
    hosts = [desk.admit(name, "host") for name in ("kya-1", "kya-2")]
    for guest, host in ((0, 0), (0, 1), (1, 1)):
        desk.meet(guests[guest], hosts[host])
    desk.publish_timetable()
    return desk, guests, hosts


def lives(desk, id_, region, town):
    city = {"ru": f"{town}-ru", "en": town} if town else {}
    desk.hear(id_, replace(organisation(id_, "name"), region=region, city=city))


def told(desk, language="en"):
    answer = desk.client.get(PAGE, headers={"Accept": "text/html", "Accept-Language": language})
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def picture(text, id_):
    """Return the table that says the same as a picture."""
    if f'aria-labelledby="{id_}"' not in text:
        return None
    table = text[text.index(f'aria-labelledby="{id_}"') :]
    table = table[table.index("<table") : table.index("</table>")]
    return dict(re.findall(r'<th scope="row">(.*?)</th><td class="num">(\d+)</td>', table))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", {"Kaluga — Kansk": "2", "Kaluga — Achinsk": "1"}),
        ("ru", {"Kaluga-ru — Kansk-ru": "2", "Kaluga-ru — Achinsk-ru": "1"}),
    ],
)
def test_meetings_between_two_regions_are_told_by_towns(town, language, expected):
    desk, guests, hosts = town
    for id_, place in zip((*guests, *hosts), ("Kaluga", "Kaluga", "Achinsk", "Kansk"), strict=True):
        lives(desk, id_, "RU-KLU" if id_ in guests else "RU-KYA", place)

    assert picture(told(desk, language), "whom") == expected


def test_meetings_between_many_regions_are_told_by_the_names_of_regions(town):
    desk, guests, hosts = town
    code = "RU-KYA"
    facts = {"names": {"en": "Siberia"}, "timezone": "Asia/Krasnoyarsk", "languages": ("ru",)}
    desk.hear(identifiers.derived("region", code), RegionRegistered(code=code, **facts))
    for id_, place in zip((*guests, *hosts), ("RU-KLU", "RU-TUL", code, code), strict=True):
        lives(desk, id_, place, "Town")

    assert picture(told(desk), "whom") == {"RU-KLU — Siberia": "2", "RU-TUL — Siberia": "1"}


def test_one_pair_of_places_is_no_picture(town):
    desk, *_ = town

    assert picture(told(desk), "whom") is None


def test_who_has_no_known_place_is_left_out_and_the_rest_is_summed_up(town, monkeypatch):
    desk, guests, hosts = town
    monkeypatch.setattr(report, "MOST", 1)
    for id_, place in zip((*guests, *hosts), ("Kaluga", "Obninsk", "", "Kansk"), strict=True):
        lives(desk, id_, "RU-KLU" if id_ in guests else "RU-KYA", place)

    text = told(desk)

    assert picture(text, "whom") == {"Kaluga — Kansk": "1"}
    assert "Between other places: 1." in text


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("en", ("Signed", "Answer came", "Realised, wholly or in part", "Realised wholly")),
        ("ru", ("Подписано", "Ответ пришёл", "Исполнено полностью или частично", "Исполнено полностью")),
    ],
)
def test_agreements_are_drawn_from_signed_to_realised(town, language, labels):
    desk, guests, hosts = town
    desk.set_clock(datetime(2031, 12, 1, tzinfo=UTC))
    for status in ("realised", "partially_realised", "no_response", "not_realised", None):
        body = {"mission_id": str(MISSION), "guest_id": str(guests[0]), "host_id": str(hosts[0]), "subject": "Поставка"}
        facts = {"type": "supply_contract", "expected_amount": 100, "signed_at": "2030-11-30T20:00:00+00:00"}
        signed = desk.post("agreements", body | facts).json
        if status:
            checked = {"checked_on": "2031-03-01", "status": status, "realised_amount": None}
            assert desk.post(f"agreements/{signed['id']}/checks/3", checked).status_code < 300

    assert picture(told(desk, language), "agreed") == dict(zip(labels, ("5", "3", "2", "1"), strict=True))
