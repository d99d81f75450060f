"""Timetables: solved by runs, published at once or not at all, and meetings that are held or called off."""

import pytest
from sqlalchemy import update

from builders.matching import DAY, MISSION, NINE
from contracts import matching as events
from faults import shifted
from matching.handlers.timetable.claims import claim_run, waiting_runs
from matching.handlers.timetable.worker import solve_next
from matching.models import TimetableRun
from timetables_published import pin, places, publish, told_to


def test_publication_tells_of_every_meeting_and_of_each_day_once(office, town):
    guests, hosts = town

    timetable = publish(office)

    assert (timetable["number"], timetable["cause"], timetable["proven"]) == (1, "first", True)
    assert len(timetable["meetings"]) == len(office.recorded(events.MeetingScheduled)) == 6
    assert sorted(told_to(office)) == sorted([*guests, *hosts])
    assert [event.number for event in office.recorded(events.TimetablePublished)] == [1]


def test_second_publication_of_a_run_changes_nothing(office, town):
    publish(office)
    run = office.get(f"missions/{MISSION}/timetable-runs")["items"][0]
    office.forget()

    again = office.post(f"timetable-runs/{run['id']}/publication")

    assert again.json["number"] == 1
    assert office.recorded(events.TimetablePublished) == []


def test_pinned_pairs_meet_where_the_organiser_wants(office, town):
    guests, hosts = town

    timetable = publish(office, pin(guests[0], hosts[2], 3, day=1))

    assert places(timetable)[str(guests[0]), str(hosts[2])][0] == "slot-2-3"
    assert [m["is_locked"] for m in timetable["meetings"]].count(True) == 1


def test_solution_of_old_facts_is_made_anew_before_it_is_published(office, town):
    guests, _hosts = town
    office.work()
    run = office.post(f"missions/{MISSION}/timetable-runs").json
    office.work()
    office.change(guests[0], [(NINE + DAY, NINE + 2 * DAY)], "klu-1")

    queued = office.post(f"timetable-runs/{run['id']}/publication").json
    office.work()

    assert queued["status"] == "queued"
    assert office.get(f"timetable-runs/{run['id']}")["status"] == "published"
    mine = [slot for (guest, _), (slot, _) in places(office.timetable(1)).items() if guest == str(guests[0])]
    assert all(slot.startswith("slot-2") for slot in mine)


def test_result_of_a_worker_that_was_given_up_is_thrown_away(office, town):
    office.work()
    run = office.post(f"missions/{MISSION}/timetable-runs").json
    with office.runtime.database.read() as session:
        run_id = session.scalars(waiting_runs(session)).one()
    assert claim_run(office.runtime, run_id) is not None
    assert solve_next(office.runtime) is False
    with office.runtime.database.write() as session:
        session.execute(update(TimetableRun).values(lease_until=NINE - 10_000 * DAY))

    office.work()

    assert office.get(f"timetable-runs/{run['id']}")["status"] == "solved"


@pytest.mark.parametrize("database_kind", ["postgresql"])  # who shares a file of SQLite shares a clock
def test_run_of_another_worker_is_not_taken_by_one_whose_clock_is_ahead(office, town):
    office.work()
    office.post(f"missions/{MISSION}/timetable-runs")
    with office.runtime.database.read() as session:
        run_id = session.scalars(waiting_runs(session)).one()
    assert claim_run(office.runtime, run_id) is not None

    with shifted.here(2 * 60 * 60), office.runtime.database.read() as session:
        assert session.scalars(waiting_runs(session)).all() == []
        assert claim_run(office.runtime, run_id) is None


def test_meeting_called_off_by_the_organiser_stays_off(office, town):
    publish(office)
    meeting = office.get(f"missions/{MISSION}/meetings")["items"][0]
    office.forget()

    called_off = office.post(f"meetings/{meeting['id']}/cancellation", {"reason": "Болезнь"})
    both = told_to(office)
    run = office.post(f"missions/{MISSION}/timetable-runs").json
    office.work()
    office.post(f"timetable-runs/{run['id']}/publication")

    assert called_off.json["status"] == "cancelled"
    assert {str(id_) for id_ in both} == {meeting["guest_id"], meeting["host_id"]}
    assert len(office.timetable(2)["meetings"]) == 5


def test_meeting_is_held_once_and_not_before_it_begins(office, town):
    timetable = publish(office)
    meeting = timetable["meetings"][0]["meeting_id"]
    early = office.post(f"meetings/{meeting}/holding")
    office.set_clock(NINE + 3 * DAY)

    first, second = (office.post(f"meetings/{meeting}/holding") for _ in range(2))

    assert [answer.status_code for answer in (early, first, second)] == [409, 200, 409]
    assert len(office.recorded(events.MeetingHeld)) == 1


def test_run_without_a_hall_is_refused(office):
    office.announce(slots=())

    answer = office.post(f"missions/{MISSION}/timetable-runs")

    assert (answer.status_code, answer.json["type"]) == (409, "urn:caravan:problem:hall-unusable")


def test_impossible_pin_fails_the_run_and_says_why(office, town):
    guests, hosts = town
    office.work()
    office.change(guests[0], [(NINE + DAY, NINE + 2 * DAY)], "klu-1")

    run = office.post(f"missions/{MISSION}/timetable-runs", {"pinned": [pin(guests[0], hosts[0], 0)]}).json
    office.work()

    failed = office.get(f"timetable-runs/{run['id']}")
    assert failed["status"] == "failed"
    assert "slot-1-0" in failed["error"]
