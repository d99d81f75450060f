"""Bookings that many want at once, that nobody can keep, or that end while they are made."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
import requests

from builders.matching import MISSION, slot
from contracts import matching as events
from contracts.registration import ParticipantWithdrawn
from served import at_the_same_time, served
from servicekit.app import create_app

CALLERS = 30


@pytest.fixture
def pair(office):
    office.announce(slots=(slot(0, tables=("T1",)),))
    return office.admit("klu-1", "guest"), office.admit("kya-1", "host")


def test_59_of_thirty_wishes_for_one_meeting_at_once_one_is_taken(office, pair):
    guest, host = map(str, pair)

    def ask(number):
        one, other = (guest, host) if number % 2 else (host, guest)
        body = {"mission_id": str(MISSION), "from_organisation_id": one, "to_organisation_id": other}
        return requests.post(f"{url}/v1/meeting-requests", json=body, timeout=30)

    with served(create_app(office.runtime)) as url:
        answers = at_the_same_time(CALLERS, ask)

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (CALLERS - 1)
    assert len(office.recorded(events.MeetingRequestSent)) == 1
    assert len(office.get(f"meeting-requests?mission_id={MISSION}")["items"]) == 1


def test_59_thirty_publications_at_once_book_the_only_slot_once(office, pair):
    guest, host = pair
    rival = office.admit("kya-2", "host")
    office.meet(guest, host)
    office.meet(guest, rival)
    office.work()
    run = office.post(f"missions/{MISSION}/timetable-runs").json
    office.work()

    with served(create_app(office.runtime)) as url:
        path = f"{url}/v1/timetable-runs/{run['id']}/publication"
        answers = at_the_same_time(CALLERS, lambda _: requests.post(path, json={}, timeout=30))
    office.work()

    assert {answer.status_code for answer in answers} <= {200, 409}
    (meeting,) = office.get(f"missions/{MISSION}/meetings")["items"]
    assert meeting["slot"] == slot(0).id
    assert len(office.recorded(events.TimetablePublished)) == len(office.recorded(events.MeetingScheduled)) == 1


def test_57_who_is_never_there_is_listed_without_a_meeting_and_the_solver_ends(office, pair):
    guest, host = pair
    office.change(guest, [], "klu-1")
    office.meet(guest, host)

    timetable = office.publish_timetable()

    assert timetable["meetings"] == []
    (left,) = timetable["unplaced"]
    assert (left["guest_id"], left["host_id"]) == (str(guest), str(host))
    assert left["reason"] == "no_common_slot"


def test_58_one_person_meets_in_slots_that_follow_each_other(office):
    office.announce(slots=(slot(0, tables=("T1",)), slot(1, tables=("T1",))))
    guest = office.admit("klu-1", "guest")
    for name in ("kya-1", "kya-2"):
        office.meet(guest, office.admit(name, "host"))

    timetable = office.publish_timetable()

    first, second = sorted(timetable["meetings"], key=lambda meeting: meeting["starts_at"])
    assert first["ends_at"] == second["starts_at"]


def test_54_meetings_keep_their_local_time_when_the_programme_is_entered_under_new_zone_rules(office):
    office.announce(slots=(slot(0), slot(2)))
    guest, host = office.admit("klu-1", "guest"), office.admit("kya-1", "host")
    office.meet(guest, host)
    (before,) = office.publish_timetable()["meetings"]
    office.forget()

    office.announce(slots=tuple(earlier(slot(number), timedelta(hours=1)) for number in (0, 2)))
    (after,) = office.publish_timetable()["meetings"]

    assert (after["slot"], after["meeting_id"]) == (before["slot"], before["meeting_id"])
    assert after["starts_at"] < before["starts_at"]
    assert len(office.recorded(events.MeetingMoved)) == 1
    assert {event.organisation_id for event in office.recorded(events.ItineraryIssued)} == {guest, host}


def earlier(one, by):
    return replace(one, starts_at=one.starts_at - by, ends_at=one.ends_at - by)


@pytest.mark.parametrize("who_is_first", ["publication", "cancellation", "either"])
def test_62_who_leaves_while_a_timetable_is_published_has_no_meeting_and_is_told_once(office, pair, who_is_first):
    guest, host = pair
    office.meet(guest, host)
    office.work()
    run = office.post(f"missions/{MISSION}/timetable-runs").json
    office.work()

    def publish():
        create_app(office.runtime).test_client().post(f"/v1/timetable-runs/{run['id']}/publication", json={})

    def leave():
        office.participate(guest, ParticipantWithdrawn)

    acts = [leave, publish] if who_is_first == "cancellation" else [publish, leave]
    run_all(acts, together=who_is_first == "either")
    office.work()

    standing = [one for one in office.get(f"missions/{MISSION}/meetings")["items"] if one["status"] == "scheduled"]
    scheduled, cancelled = office.recorded(events.MeetingScheduled), office.recorded(events.MeetingCancelled)
    assert standing == []
    assert len(cancelled) == len(scheduled) <= 1
    if who_is_first == "publication":
        assert len(cancelled) == 1


def run_all(acts, *, together):
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
        if not together:
            thread.join()
    for thread in threads:
        thread.join()
