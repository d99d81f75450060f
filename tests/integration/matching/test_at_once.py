"""What two do at the same time comes out as if one had been first."""

from concurrent.futures import ThreadPoolExecutor

from builders.matching import HALF_HOUR, MISSION, NINE
from contracts import matching as events
from servicekit.app import create_app


def at_once(*calls):
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


def posting(office, path, body=None):
    client = create_app(office.runtime).test_client()
    return lambda: client.post(f"/v1/{path}", json=body or {})


def test_59_two_requests_of_a_pair_at_once_make_one(office):
    office.announce()
    guest, host = office.admit("klu-1", "guest"), office.admit("kya-1", "host")
    one = {"mission_id": str(MISSION), "from_organisation_id": str(guest), "to_organisation_id": str(host)}
    other = one | {"from_organisation_id": str(host), "to_organisation_id": str(guest)}

    answers = at_once(*(posting(office, "meeting-requests", body) for body in (one, other, one)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert len(office.recorded(events.MeetingRequestSent)) == 1


def test_publication_and_a_changed_delegate_at_once_both_take_effect(office):
    office.announce()
    guest, host = office.admit("klu-1", "guest"), office.admit("kya-1", "host")
    office.meet(guest, host)
    office.work()
    run = office.post(f"missions/{MISSION}/timetable-runs").json
    office.work()
    publish = posting(office, f"timetable-runs/{run['id']}/publication")

    at_once(publish, lambda: office.change(guest, [(NINE + 2 * HALF_HOUR, NINE + 4 * HALF_HOUR)], "klu-1"), publish)
    office.work()

    newest = office.get(f"missions/{MISSION}/timetables")["items"][-1]["number"]
    (meeting,) = office.timetable(newest)["meetings"]
    assert meeting["slot"] >= "slot-1-2"
    assert len(office.recorded(events.MeetingScheduled)) == 1
