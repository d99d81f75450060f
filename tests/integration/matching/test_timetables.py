"""Timetables: published at once or not at all, and mended so that nobody else notices."""

import pytest
from sqlalchemy import update

from builders.matching import DAY, HALF_HOUR, MISSION, NINE, delegate, slot
from contracts import matching as events
from contracts import registration as told
from faults import shifted
from matching.handlers.claims import claim_run, waiting_runs
from matching.handlers.solving import solve_next
from matching.models import TimetableRun

ALWAYS = (NINE - DAY, NINE + 3 * DAY)


@pytest.fixture
def town(office):
    """Two guests and three hosts, of whom every two have agreed to meet."""
    office.announce()
    guests = [office.admit(name, "guest") for name in ("klu-1", "klu-2")]
    hosts = [office.admit(name, "host") for name in ("kya-1", "kya-2", "kya-3")]
    for guest in guests:
        for host in hosts:
            office.meet(guest, host)
    return guests, hosts


def pin(guest, host, number, day=0):
    return {"guest_id": str(guest), "host_id": str(host), "slot": slot(number, day=day).id}


def publish(office, *pins):
    office.work()
    run = office.post(f"missions/{MISSION}/timetable-runs", {"pinned": list(pins)}).json
    office.work()
    office.post(f"timetable-runs/{run['id']}/publication")
    return office.timetable(1)


def places(timetable):
    return {(m["guest_id"], m["host_id"]): (m["slot"], m["table"]) for m in timetable["meetings"]}


def told_to(office):
    return [event.organisation_id for event in office.recorded(events.ItineraryIssued)]


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


def test_late_arrival_moves_that_guest_alone_and_tells_only_whom_it_concerns(office, town):
    guests, hosts = town
    before = places(publish(office, pin(guests[0], hosts[0], 0), pin(guests[0], hosts[1], 1)))
    early = {host for (guest, host), (place, _) in before.items() if guest == str(guests[0]) and place < "slot-1-2"}
    office.forget()

    office.change(guests[0], [(NINE + 2 * HALF_HOUR, NINE + 3 * DAY)], "klu-1")
    office.work()

    after = office.timetable(2)
    assert after["cause"] == "late_arrival"
    changed = {pair for pair, place in before.items() if places(after).get(pair) != place}
    assert changed == {(str(guests[0]), host) for host in early}
    assert len(after["changes"]["moved"]) == len(early) >= 2
    assert {str(id_) for id_ in told_to(office)} == {str(guests[0]), *early}
    assert len(office.recorded(events.MeetingMoved)) == len(early)


def test_cancellation_frees_that_hosts_tables_and_books_nothing(office, town):
    guests, hosts = town
    before = places(publish(office, pin(guests[0], hosts[0], 0), pin(guests[1], hosts[0], 2, day=1)))
    office.set_clock(NINE + HALF_HOUR)
    held = next(m for m in office.get(f"missions/{MISSION}/meetings")["items"] if m["slot"] == "slot-1-0")
    office.post(f"meetings/{held['id']}/holding")
    first = {m["id"]: m for m in office.get(f"missions/{MISSION}/meetings")["items"]}
    office.forget()

    office.participate(hosts[0], told.ParticipantWithdrawn, withdrawn_from=NINE + HALF_HOUR, reason="Авария")
    office.work()

    after = office.timetable(2)
    dropped = [(row["guest_id"], row["host_id"]) for row in after["changes"]["dropped"]]
    assert dropped == [(str(guests[1]), str(hosts[0]))]
    assert after["cause"] == "cancellation"
    assert (after["changes"]["moved"], after["changes"]["added"]) == ([], [])
    assert set(before) - set(places(after)) == set(dropped)
    assert {str(id_) for id_ in told_to(office)} == {str(guests[1]), str(hosts[0])}
    assert {"guest_id": dropped[0][0], "host_id": dropped[0][1], "reason": "withdrawn"} in after["unplaced"]
    now = {m["id"]: m for m in office.get(f"missions/{MISSION}/meetings")["items"]}
    assert sum(now[id_] != first[id_] for id_ in first) == 1
    assert now[held["id"]]["status"] == "held"


def test_withdrawal_told_by_person_and_by_organisation_is_one_cancellation(office, town):
    _guests, hosts = town
    publish(office)
    person = office.people[hosts[0]][0]

    office.hear(person, delegate(told.DelegateRemoved, person, hosts[0], "kya-1/p0", windows=()))
    office.participate(hosts[0], told.ParticipantWithdrawn, withdrawn_from=NINE - DAY)
    office.work()

    versions = office.get(f"missions/{MISSION}/timetables")["items"]
    assert [row["cause"] for row in versions] == ["first", "cancellation"]
    assert versions[1]["meetings"] == 4


def test_two_incidents_make_two_versions_each_for_its_own_organisation(office, town):
    guests, hosts = town
    publish(office)

    office.change(guests[0], [(NINE + DAY, NINE + 2 * DAY)], "klu-1")
    office.participate(hosts[0], told.ParticipantWithdrawn, withdrawn_from=NINE - DAY)
    office.work()

    versions = office.get(f"missions/{MISSION}/timetables")["items"]
    assert [row["cause"] for row in versions] == ["first", "late_arrival", "cancellation"]
    assert all(row["host_id"] != str(hosts[0]) for row in office.timetable(2)["changes"]["dropped"])
    assert {row["host_id"] for row in office.timetable(3)["changes"]["dropped"]} == {str(hosts[0])}


def test_repeated_and_immaterial_changes_make_no_version(office, town):
    guests, _hosts = town
    publish(office)

    office.change(guests[0], [ALWAYS], "klu-1")
    office.work()

    assert len(office.get(f"missions/{MISSION}/timetables")["items"]) == 1


def test_pair_that_loses_its_place_waits_with_the_reason_and_comes_back_when_asked_for(office, town):
    guests, _hosts = town
    publish(office)
    office.change(guests[0], [(NINE + 3 * HALF_HOUR, NINE + 4 * HALF_HOUR)], "klu-1")
    office.work()
    waiting = [row for row in office.timetable(2)["unplaced"] if row["guest_id"] == str(guests[0])]
    assert len(waiting) == 2

    office.change(guests[0], [ALWAYS], "klu-1")
    office.work()
    run = office.post(f"missions/{MISSION}/timetable-runs").json
    office.work()
    office.post(f"timetable-runs/{run['id']}/publication")

    last = office.timetable(4)
    assert last["cause"] == "by_hand"
    assert len(last["meetings"]) == 6
    assert (len(last["changes"]["added"]), last["unplaced"]) == (2, [])


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
