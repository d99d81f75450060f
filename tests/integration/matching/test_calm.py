"""The two incidents of the Kaluga mission: only those whose day has to change are told."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from builders.matching import MISSION, Office, delegate
from builders.matching_scenarios import hear_scenario, read_scenario
from builders.matching_scenarios import instant as at
from contracts import matching as events
from contracts import registration as told
from servicekit import identifiers

SCENARIO = Path(__file__).parents[3] / "deploy/caravan/scenarios/kaluga-krasnoyarsk.json"
LATE, CANCELS = "klu-17", "kya-12"
PINS = {
    (LATE, "kya-02"): "slot-1-1400",
    (LATE, "kya-27"): "slot-1-1430",
    ("klu-03", CANCELS): "slot-2-0930",
    ("klu-05", CANCELS): "slot-2-1000",
    (LATE, CANCELS): "slot-2-1030",
}
"""Two meetings that the late guest will miss, three that the host will cancel."""


@pytest.fixture
def play(desk):
    """The mission with its accepted requests and a first timetable around the pinned pairs."""
    scenario = read_scenario(SCENARIO)
    desk.set_clock(datetime(2024, 11, 20, tzinfo=UTC))
    ids = hear_scenario(desk, scenario)
    for row in scenario["meeting_requests"]:
        if row["status"] == "accepted":
            desk.meet(ids[row["from"]], ids[row["to"]])
    desk.work()
    pins = [
        {"guest_id": str(ids[guest]), "host_id": str(ids[host]), "slot": slot} for (guest, host), slot in PINS.items()
    ]
    run = desk.post(f"missions/{MISSION}/timetable-runs", {"pinned": pins}).json
    desk.work()
    assert desk.post(f"timetable-runs/{run['id']}/publication").json["number"] == 1
    return desk, scenario, {id_: name for name, id_ in ids.items()}


def arrive_late(desk: Office, scenario: dict, ids: dict) -> None:
    incident = scenario["timeline"][0]
    (removed,) = incident["effect"]["availability_removed"]
    since, until = at(removed["from"]), at(removed["to"])
    row = next(row for row in scenario["organisations"] if row["id"] == incident["organisation"])
    desk.set_clock(at(incident["at"]))
    for person in row["staff"]:
        windows = [(at(window["from"]), at(window["to"])) for window in person["availability"]]
        left = [
            (max(start, until) if end > until else start, end) for start, end in windows if end > until or start < since
        ]
        person_id = identifiers.derived("delegate", person["id"])
        id_ = next(id_ for id_, name in ids.items() if name == row["id"])
        event = delegate(told.DelegateChanged, person_id, id_, person["id"], windows=left)
        desk.hear(person_id, event)
    desk.work()


def cancel(desk: Office, scenario: dict, ids: dict) -> None:
    incident = scenario["timeline"][1]
    desk.set_clock(at(incident["at"]))
    for meeting in desk.get(f"missions/{MISSION}/meetings?limit=500")["items"]:
        if meeting["status"] in ("scheduled", "moved") and at(meeting["ends_at"]) <= at(incident["at"]):
            desk.post(f"meetings/{meeting['id']}/holding")
    id_ = next(id_ for id_, name in ids.items() if name == incident["organisation"])
    desk.forget()
    left = at(incident["effect"]["all_staff_unavailable_from"])
    desk.participate(id_, told.ParticipantWithdrawn, withdrawn_from=left, reason=incident["reason_ru"])
    desk.work()


def places(desk: Office, ids: dict, number: int) -> dict:
    names = {str(id_): name for id_, name in ids.items()}
    rows = desk.timetable(number)["meetings"]
    return {(names[row["guest_id"]], names[row["host_id"]]): (row["slot"], row["table"]) for row in rows}


def told_to(desk: Office, ids: dict) -> list[str]:
    return sorted(ids[event.organisation_id] for event in desk.recorded(events.ItineraryIssued))


def test_late_arrival_moves_or_drops_the_early_meetings_of_that_guest_and_no_other(play):
    desk, scenario, ids = play
    before = places(desk, ids, 1)
    early = {pair for pair, (slot, _) in before.items() if pair[0] == LATE and slot < "slot-1-1630"}
    desk.forget()

    arrive_late(desk, scenario, ids)

    after = places(desk, ids, 2)
    assert len(early) >= 2
    assert {pair for pair, place in before.items() if after.get(pair) != place} == early
    assert set(after) <= set(before)
    assert told_to(desk, ids) == sorted({LATE, *(host for _, host in early)})


def test_cancellation_frees_the_tables_and_tells_the_three_partners_alone(play):
    desk, scenario, ids = play
    arrive_late(desk, scenario, ids)
    before = places(desk, ids, 2)
    gone = {pair for pair, (slot, _) in before.items() if pair[1] == CANCELS and slot > "slot-2"}

    cancel(desk, scenario, ids)

    after = places(desk, ids, 3)
    held = {pair for pair, (slot, _) in before.items() if pair[1] == CANCELS and slot < "slot-2"}
    assert {pair for pair in PINS if pair[1] == CANCELS} <= gone
    assert before == after | {pair: before[pair] for pair in gone}
    assert held <= set(after)
    assert told_to(desk, ids) == sorted({CANCELS, *(guest for guest, _ in gone)})
    assert len(desk.recorded(events.MeetingCancelled)) == len(gone)
    assert desk.recorded(events.MeetingScheduled) == desk.recorded(events.MeetingMoved) == []
