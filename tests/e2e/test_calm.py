"""When the day changes, only those are told whose day it is: through every service, down to the letters."""

from contextlib import ExitStack
from datetime import datetime

import pytest

from caravan.client import connect
from caravan.demo import clock, quiescence
from caravan.scenario import reader
from caravan.scenario.loader import Loader
from deployment import one_process
from letters_read import calendars_of, language_of, letters_in
from plays import SCENARIO

pytestmark = pytest.mark.long

LATE, CANCELS = "klu-17", "kya-12"
BEFORE_ARRIVAL = {(LATE, "kya-02"): "slot-1-1400", (LATE, "kya-27"): "slot-1-1430"}
ON_THE_SECOND_DAY = {
    ("klu-03", CANCELS): "slot-2-0930",
    ("klu-05", CANCELS): "slot-2-1000",
    (LATE, CANCELS): "slot-2-1130",
}


class Day:
    """The Kaluga mission on a running instance, with those five meetings pinned to their slots."""

    def __init__(self, instance):
        self.platform = connect(instance.urls["registration"], "ru")
        self.scenario = reader.read(SCENARIO)
        self.loaded = Loader(self.platform, self.scenario).load()
        self.names = {id_: name for name, id_ in self.loaded.organisations.items()}
        mission = self.loaded.mission_id
        delegates = self.platform.registration.items("/v1/delegates", mission_id=mission)
        self.people = {one["id"]: one["reference"] for one in delegates}
        self.rest = quiescence.PendingWork(self.platform, mission)
        self.told = set()

    def settle(self):
        """Wait until nothing is under way; return the itinerary letters that are new, as (person, delivery)."""
        quiescence.wait_until_none(self.rest, quiet_seconds=0.5)
        query = {"mission_id": self.loaded.mission_id, "kind": "itinerary"}
        letters = {one["id"]: one for one in self.platform.notifications.items("/v1/deliveries", **query)}
        fresh = [one for id_, one in letters.items() if id_ not in self.told]
        self.told |= set(letters)
        return sorted(self.people[one["person_id"]] for one in fresh)

    def at(self, instant):
        clock.set_time(self.platform, datetime.fromisoformat(instant))
        self.settle()

    def prepare(self):
        registration, matching = self.platform.registration, self.platform.matching
        self.at("2024-11-18T09:00:00+07:00")
        for application in self.loaded.applications.values():
            registration.transition(f"/v1/applications/{application}/approval")
        self.settle()
        ids, mission = self.loaded.organisations, self.loaded.mission_id
        for row in self.scenario.rows("meeting_requests"):
            if row["status"] == "accepted":
                sides = {"from_organisation_id": ids[row["from"]], "to_organisation_id": ids[row["to"]]}
                request = matching.post("/v1/meeting-requests", {"mission_id": mission, **sides})
                matching.transition(f"/v1/meeting-requests/{request['id']}/acceptance")
        self.settle()
        pinned = [
            {"guest_id": ids[guest], "host_id": ids[host], "slot": slot}
            for (guest, host), slot in (BEFORE_ARRIVAL | ON_THE_SECOND_DAY).items()
        ]
        run = matching.post(f"/v1/missions/{mission}/timetable-runs", {"pinned": pinned})
        quiescence.wait_until_none(
            lambda: [] if matching.get(f"/v1/timetable-runs/{run['id']}")["status"] == "solved" else ["run"]
        )
        matching.transition(f"/v1/timetable-runs/{run['id']}/publication")

    def meetings(self):
        """Return (guest, host) -> (slot, table, people, status)."""
        rows = self.platform.matching.items(f"/v1/missions/{self.loaded.mission_id}/meetings")
        return {
            (self.names[row["guest_id"]], self.names[row["host_id"]]): (
                row["slot"],
                row["table"],
                frozenset(self.people[row[side]] for side in ("guest_person_id", "host_person_id")),
                row["status"],
            )
            for row in rows
        }

    def newest(self):
        path = f"/v1/missions/{self.loaded.mission_id}/timetables"
        number = max(row["number"] for row in self.platform.matching.get_items(path))
        return self.platform.matching.get(f"{path}/{number}")


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    folder = tmp_path_factory.mktemp("calm")
    with ExitStack() as stack:
        instance = stack.enter_context(one_process(folder, {}))
        day = Day(instance)
        day.prepare()
        day.first_told = day.settle()
        day.mailbox = folder / "data" / "mailbox"
        yield day


def test_first_timetable_tells_everybody_who_meets_once(day):
    meetings = day.meetings()

    for pair, slot in (BEFORE_ARRIVAL | ON_THE_SECOND_DAY).items():
        assert meetings[pair][0] == slot
    assert day.first_told == sorted(set().union(*(people for _, _, people, _ in meetings.values())))


def test_late_arrival_moves_two_meetings_and_tells_their_people_alone(day):
    before = day.meetings()
    incident = day.scenario.rows("timeline")[0]
    day.at(incident["at"])
    person = next(id_ for id_, name in day.people.items() if name == incident["person"])
    (removed,) = incident["effect"]["availability_removed"]
    absence = {"starts_at": removed["from"], "ends_at": removed["to"], "reason": incident["reason_ru"]}

    day.platform.registration.post(f"/v1/delegates/{person}/absences", absence)
    told = day.settle()

    after = day.meetings()
    changed = {pair for pair in before if before[pair] != after.get(pair)}
    assert changed == set(BEFORE_ARRIVAL)
    placed = {pair for pair in changed if after[pair][3] == "moved"}
    for pair in placed:
        assert after[pair][0] not in {"slot-1-1400", "slot-1-1430", "slot-1-1500", "slot-1-1530", "slot-1-1600"}
    unplaced = {(day.names[row["guest_id"]], day.names[row["host_id"]]) for row in day.newest()["unplaced"]}
    assert changed - placed <= unplaced
    assert told == sorted(set().union(*(before[pair][2] for pair in changed)))


def test_cancellation_tells_three_partners_and_rebooks_nothing(day):
    incident = day.scenario.rows("timeline")[1]
    day.at(incident["at"])
    ended = datetime.fromisoformat(incident["at"])
    for row in day.platform.matching.items(f"/v1/missions/{day.loaded.mission_id}/meetings"):
        if row["status"] in ("scheduled", "moved") and datetime.fromisoformat(row["ends_at"]) <= ended:
            day.platform.matching.transition(f"/v1/meetings/{row['id']}/holding")
    day.settle()
    before = day.meetings()
    query = {"mission_id": day.loaded.mission_id}
    (leaving,) = [
        one
        for one in day.platform.registration.items("/v1/participants", **query)
        if day.names[one["organisation_id"]] == CANCELS
    ]
    body = {"withdrawn_from": incident["effect"]["all_staff_unavailable_from"], "reason": incident["reason_ru"]}

    day.platform.registration.post(f"/v1/participants/{leaving['id']}/withdrawal", body)
    told = day.settle()

    after = day.meetings()
    ahead = {pair for pair in before if pair[1] == CANCELS and before[pair][3] in ("scheduled", "moved")}
    assert ahead >= set(ON_THE_SECOND_DAY)
    assert {pair for pair in before if before[pair] != after[pair]} == ahead
    assert {after[pair][3] for pair in ahead} == {"cancelled"}
    assert set(after) == set(before)
    partners = set().union(*(before[pair][2] for pair in ahead))
    assert told == sorted(name for name in partners if not name.startswith(CANCELS))


def test_letters_about_the_incidents_carry_both_times_and_their_calendar(day):
    letters = [
        letter for letter in letters_in(day.mailbox) if letter["To"].addresses[0].addr_spec == "klu-17.p1@example.org"
    ]
    itineraries = [letter for letter in letters if calendars_of(letter)]

    methods = [{calendar["METHOD"].text for calendar in calendars_of(letter)} for letter in itineraries]

    assert methods.count({"REQUEST"}) == 2
    assert {"CANCEL"} in methods
    assert {language_of(letter) for letter in letters} == {"ru"}
