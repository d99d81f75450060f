import json
from importlib.resources import files

import pytest

from caravan.demo.incidents import Absence, NoShow, Withdrawal, consequences
from caravan.demo.meetings import find_missed_meeting
from caravan.demo.schedule import Schedule
from caravan.scenario.reader import Scenario

KALUGA = json.loads((files("caravan") / "scenarios" / "kaluga-krasnoyarsk.json").read_text("utf-8"))
AT = "2024-12-10T15:10:00+07:00"


@pytest.fixture
def scenario():
    return Scenario(KALUGA)


@pytest.fixture
def schedule(scenario):
    return Schedule(scenario)


def test_a_mission_opens_before_anybody_asks_and_has_its_timetable_before_anything_happens(schedule):
    (first, _), *_, (last, _) = schedule.requests_by_day()

    assert schedule.opening < schedule.approval < schedule.recommendation < first
    assert last < schedule.timetable < schedule.steps_after_timetable()[0].at


def test_wishes_come_day_by_day_in_the_order_of_their_sending(schedule, scenario):
    days = list(schedule.requests_by_day())

    assert [at for at, _ in days] == sorted(at for at, _ in days)
    assert len({at.date() for at, _ in days}) == len(days)
    assert sum(len(rows) for _, rows in days) == len(scenario.rows("meeting_requests"))


def test_what_happens_is_in_order_and_the_end_comes_before_the_signing(schedule):
    found = schedule.steps_after_timetable()

    assert [one.at for one in found] == sorted(one.at for one in found)
    assert [one.kind for one in found] == ["incident", "incident", "end", "signing", "checks", "checks", "checks"]


def test_a_mission_without_wishes_or_incidents_has_its_days_too(scenario):
    bare = {key: value for key, value in KALUGA.items() if key not in ("meeting_requests", "timeline", "agreements")}

    schedule = Schedule(Scenario(bare))

    assert schedule.opening < schedule.approval < schedule.recommendation <= schedule.timetable < schedule.starts_at
    assert [one.kind for one in schedule.steps_after_timetable()] == ["end"]


@pytest.mark.parametrize(
    ("incident", "kinds"),
    [
        (KALUGA["timeline"][0], [Absence]),
        (KALUGA["timeline"][1], [Withdrawal]),
        ({"type": "cancellation", "organisation": "klu-01"}, [Withdrawal]),
        ({"type": "cancellation", "organisation": "klu-01", "person": "klu-01/p2"}, [Absence]),
        ({"type": "early_leave", "organisation": "klu-01"}, [Absence, Absence]),
        ({"type": "early_leave", "organisation": "klu-02", "effect": {"unavailable_from": AT}}, [Absence]),
        ({"type": "late_arrival", "person": "klu-01/p2", "effect": {"available_from": AT}}, [Absence]),
        ({"type": "illness", "person": "klu-02/p1", "effect": {"unavailable_from": AT}}, [Absence]),
        ({"type": "no_show", "organisation": "klu-01"}, [NoShow]),
        ({"type": "earthquake", "organisation": "klu-01"}, []),
        ({"type": "power_cut"}, []),
    ],
)
def test_an_incident_means_what_its_effect_or_its_type_says(scenario, schedule, incident, kinds):
    found = consequences({"id": "ev", "at": AT, **incident}, scenario, schedule.ends_at)

    assert [type(one) for one in found] == kinds


def test_who_did_not_come_missed_the_last_meeting_that_had_begun():
    times = ("14:00", "15:00", "15:30")
    meetings = [{"guest_id": "g", "host_id": "h", "slot": at, "starts_at": f"2024-12-10T{at}:00+07:00"} for at in times]
    names = {"g": "klu-01", "h": "kya-01"}
    incident = {"organisation": "kya-01", "at": AT}

    assert find_missed_meeting(incident, meetings, names)["slot"] == "15:00"
    assert find_missed_meeting(incident | {"slot": "14:00"}, meetings, names)["slot"] == "14:00"
    assert find_missed_meeting(incident | {"partner": "klu-02"}, meetings, names) is None
