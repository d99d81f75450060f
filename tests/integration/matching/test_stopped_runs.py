"""Searches that are stopped keep the best so far; repairs may wait until somebody has looked at them."""

import threading
import time

import pytest

from at_once import at_once
from builders.matching import DAY, HALF_HOUR, MISSION, NINE, slot
from contracts import matching as events
from drafting import draft, lock, meeting, move, posting, publish_draft
from matching.handlers.timetable import worker as run_worker
from matching.handlers.timetable.solutions import solve_first, solve_repair
from matching.models.timetable import Cause
from timetables_published import a_calm_office, pin, places, publish, told_to

LATER = [(NINE + DAY, NINE + 3 * DAY)]


@pytest.fixture
def two(office):
    """A guest and a host who are to meet."""
    office.announce()
    guest, host = office.admit("klu-1", "guest"), office.admit("kya-1", "host")
    office.meet(guest, host)
    office.work()
    return office, guest, host


@pytest.fixture
def calm(runtime_of, tmp_path):
    """Two guests and two hosts in a mission whose repairs wait, with a published timetable."""
    office = a_calm_office(runtime_of, tmp_path)
    office.announce(kind="calm")
    guests = [office.admit(name, "guest") for name in ("klu-1", "klu-2")]
    hosts = [office.admit(name, "host") for name in ("kya-1", "kya-2")]
    office.meet(guests[0], hosts[0])
    office.meet(guests[1], hosts[1])
    publish(office, pin(guests[0], hosts[0], 0), pin(guests[1], hosts[1], 1))
    office.forget()
    return office, guests, hosts


def start(office):
    return office.post(f"missions/{MISSION}/timetable-runs").json["id"]


def run_of(office, run_id):
    return office.get(f"timetable-runs/{run_id}")


def waiting_run(office):
    return next(run for run in office.get(f"missions/{MISSION}/timetable-runs")["items"] if run["status"] == "solved")


def searching(monkeypatch):
    """Let searches go on until somebody stops them, without finding anything new; return what says that one began."""
    began = threading.Event()

    def search(claim, tell, stop):
        began.set()
        assert stop.wait(30)
        return solve_first(claim, tell, stop)

    monkeypatch.setitem(run_worker.SOLVERS, Cause.FIRST, search)
    return began


def test_search_that_is_stopped_while_it_works_at_the_same_time_keeps_the_best_so_far(two, monkeypatch):
    office, guest, host = two
    began = searching(monkeypatch)
    run = start(office)
    worker = threading.Thread(target=office.work)
    worker.start()
    assert began.wait(30)

    stopped_at = time.monotonic()
    answer = office.post(f"timetable-runs/{run}/stop")
    worker.join(30)
    took = time.monotonic() - stopped_at

    assert (answer.status_code, answer.json["status"], answer.json["is_stopped"]) == (200, "running", True)
    assert run_of(office, run)["status"] == "solved"
    assert took < run_worker.LISTENING_SECONDS + 10
    office.post(f"timetable-runs/{run}/publication")
    assert set(places(office.timetable(1))) == {(str(guest), str(host))}


def test_search_that_waits_is_cancelled_and_never_begun(two, monkeypatch):
    office, _guest, _host = two
    began = searching(monkeypatch)
    run = start(office)

    answers = [office.post(f"timetable-runs/{run}/stop") for _ in range(2)]
    office.work()

    assert [answer.json["status"] for answer in answers] == ["cancelled", "cancelled"]
    assert not began.is_set()
    refused = office.post(f"timetable-runs/{run}/publication")
    assert refused.json["type"] == "urn:caravan:problem:timetable-run-unsolved"


def test_search_that_is_over_cannot_be_stopped(two):
    office, _guest, _host = two
    run = start(office)
    office.work()

    assert office.post(f"timetable-runs/{run}/stop").json["type"] == "urn:caravan:problem:timetable-run-over"


def test_progress_tells_how_far_the_best_is_from_the_bound(two):
    office, _guest, _host = two
    run = start(office)
    before = run_of(office, run)["progress"]
    office.work()

    assert (before["value"], before["gap"]) == (None, None)
    assert run_of(office, run)["progress"]["gap"] == 0


def test_repair_waits_until_somebody_publishes_it_and_does_what_its_preview_says(calm):
    office, guests, hosts = calm

    office.change(guests[0], LATER, "klu-1")
    office.work()
    run = waiting_run(office)
    preview = office.get(f"timetable-runs/{run['id']}/preview")
    before = told_to(office)
    office.post(f"timetable-runs/{run['id']}/publication")

    changed = office.get(f"missions/{MISSION}/timetables/2/changes")
    assert before == []
    assert preview["is_current"]
    assert preview["cause"] == "late_arrival"
    assert [row["guest_id"] for row in preview["changes"]["moved"]] == [str(guests[0])]
    assert {name: changed[name] for name in ("moved", "dropped", "added")} == preview["changes"]
    assert preview["told"]["organisations"] == sorted(map(str, told_to(office)))
    assert preview["told"]["people"] == sorted(str(office.people[id_][0]) for id_ in (guests[0], hosts[0]))
    assert preview["before"]["meetings"] == preview["after"]["meetings"] == 2


def test_preview_of_a_solution_that_is_out_of_date_says_so(calm):
    office, guests, _hosts = calm
    office.change(guests[0], LATER, "klu-1")
    office.work()
    run = waiting_run(office)

    office.change(guests[1], [(NINE - DAY, NINE + 2 * DAY)], "klu-2")

    assert not office.get(f"timetable-runs/{run['id']}/preview")["is_current"]


def test_repair_that_is_out_of_date_is_solved_anew_and_waits_for_a_second_look(calm):
    office, guests, _hosts = calm
    office.change(guests[0], LATER, "klu-1")
    office.work()
    run = waiting_run(office)
    office.change(guests[1], [(NINE - DAY, NINE + 2 * DAY)], "klu-2")

    answer = office.post(f"timetable-runs/{run['id']}/publication")
    office.work()
    unseen = draft(office)["timetable"], run_of(office, run["id"])["status"]
    preview = office.get(f"timetable-runs/{run['id']}/preview")
    office.post(f"timetable-runs/{run['id']}/publication")

    assert answer.json["status"] == "queued"
    assert unseen == (1, "solved")
    assert preview["is_current"]
    assert draft(office)["timetable"] == 2


def test_second_incident_of_an_organisation_supersedes_the_repair_that_waits(calm):
    office, guests, hosts = calm
    office.change(guests[0], LATER, "klu-1")
    office.work()
    older = waiting_run(office)

    office.change(guests[0], [(NINE + DAY + HALF_HOUR, NINE + 3 * DAY)], "klu-1")
    superseded = run_of(office, older["id"])["status"]
    office.work()
    newer = waiting_run(office)
    refused = office.post(f"timetable-runs/{older['id']}/publication")
    office.post(f"timetable-runs/{newer['id']}/publication")

    assert superseded == "cancelled"
    assert refused.json["type"] == "urn:caravan:problem:timetable-run-unsolved"
    assert places(office.timetable(2))[str(guests[0]), str(hosts[0])][0] >= slot(1, day=1).id


def test_second_incident_supersedes_the_repair_that_is_being_made_at_the_same_time(calm, monkeypatch):
    office, guests, _hosts = calm
    began, go_on = threading.Event(), threading.Event()

    def repairing(claim, tell, stop):
        began.set()
        assert go_on.wait(30)
        return solve_repair(claim, tell, stop)

    monkeypatch.setitem(run_worker.SOLVERS, Cause.LATE_ARRIVAL, repairing)
    office.change(guests[0], LATER, "klu-1")
    worker = threading.Thread(target=office.work)
    worker.start()
    assert began.wait(30)
    office.change(guests[0], [(NINE + DAY + HALF_HOUR, NINE + 3 * DAY)], "klu-1")
    go_on.set()
    worker.join(30)
    office.work()

    runs = office.get(f"missions/{MISSION}/timetable-runs")["items"]
    assert sorted(run["status"] for run in runs) == ["cancelled", "published", "solved"]


def test_second_incident_and_publication_of_the_older_repair_at_once_leave_one_that_waits(calm):
    office, guests, hosts = calm
    office.change(guests[0], LATER, "klu-1")
    office.work()
    run = waiting_run(office)
    twice_late = [(NINE + DAY + HALF_HOUR, NINE + 3 * DAY)]

    at_once(
        [
            lambda: office.change(guests[0], twice_late, "klu-1"),
            posting(office, f"timetable-runs/{run['id']}/publication", {}),
        ]
    )
    office.work()
    waiting = [r for r in office.get(f"missions/{MISSION}/timetable-runs")["items"] if r["status"] == "solved"]
    office.post(f"timetable-runs/{waiting[0]['id']}/publication")

    assert len(waiting) == 1
    newest = places(office.timetable(draft(office)["timetable"]))
    assert newest[str(guests[0]), str(hosts[0])][0] >= slot(1, day=1).id


def test_discarded_repair_is_made_by_hand(calm):
    office, guests, hosts = calm
    office.change(guests[0], LATER, "klu-1")
    office.work()
    run = waiting_run(office)

    answers = [office.post(f"timetable-runs/{run['id']}/discard") for _ in range(2)]
    stranded = [row for row in draft(office)["meetings"] if row["conflicts"]]
    lock(office, meeting(office, guests[0], hosts[0]), free=True)
    move(office, meeting(office, guests[0], hosts[0]), 2, day=1)

    assert [answer.json["status"] for answer in answers] == ["cancelled", "cancelled"]
    assert office.client.get(f"/v1/timetable-runs/{run['id']}/preview").status_code == 409
    assert [row["guest_id"] for row in stranded] == [str(guests[0])]
    assert publish_draft(office).json["number"] == 2
    assert [event.cause for event in office.recorded(events.TimetablePublished)] == ["by_hand"]


def test_published_run_is_not_discarded(calm):
    office, _guests, _hosts = calm
    (run,) = office.get(f"missions/{MISSION}/timetable-runs")["items"]

    refused = office.post(f"timetable-runs/{run['id']}/discard")

    assert refused.json["type"] == "urn:caravan:problem:timetable-run-unsolved"
    assert office.client.get(f"/v1/timetable-runs/{run['id']}/preview").status_code == 409


def test_repairs_are_published_by_themselves_where_nothing_else_is_said(two):
    office, guest, host = two
    publish(office, pin(guest, host, 0))

    office.change(guest, [(NINE + HALF_HOUR, NINE + 3 * DAY)], "klu-1")
    office.work()

    assert draft(office)["timetable"] == 2
