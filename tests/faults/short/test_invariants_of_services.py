"""What the invariants find in registration, matching and notifications: copies, letters, meetings, calendars."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, update

import matching.models as in_matching
from builders.registration import Desk
from faults.evidence import Evidence
from faults.examined import broken_by, change
from faults.invariants import check_invariants, violations
from letters_read import letters_in
from matching.service import SERVICE as MATCHING
from notifications import models as in_notifications
from notifications.sending.sender import send_mail
from notifications.service import SERVICE as NOTIFICATIONS
from registration.service import SERVICE as REGISTRATION
from servicekit import identifiers
from servicekit.bus.in_process import Pump

pytestmark = pytest.mark.long

AT = datetime(2034, 12, 10, 7, tzinfo=UTC)
CALENDAR = """\
Content-Type: text/calendar; charset=utf-8; method={method}
To: p1@example.org
Message-ID: <{name}@example.org>

BEGIN:VCALENDAR
METHOD:{method}
BEGIN:VEVENT
UID:meeting@example.org
SEQUENCE:{sequence}
STATUS:{status}
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def instance(sqlite_runtime_of, tmp_path):
    """The three services after two organisations applied, were approved and were written to."""
    mailbox = tmp_path / "mailbox"
    runtimes = [
        sqlite_runtime_of(REGISTRATION),
        sqlite_runtime_of(MATCHING),
        sqlite_runtime_of(NOTIFICATIONS, mailbox_dir=mailbox),
    ]
    desk, pump = Desk(runtimes[0]), Pump(runtimes)
    mission = desk.open_mission()
    for reference in ("klu-01", "kya-01"):
        application = desk.applied(mission, reference)
        desk.made("POST", f"/v1/applications/{application['id']}/approval", {})
    while pump.round() or send_mail(runtimes[2]):
        pass
    return Evidence(runtimes, letters=lambda: [letter.as_bytes() for letter in letters_in(mailbox)])


def post_is(instance, changed):
    took = instance.letters()
    instance.letters = lambda: changed(took)


def breaches(instance, statement, service):
    change(instance.runtimes[("registration", "matching", "notifications").index(service)], statement)
    return broken_by(instance).invariants


def test_nothing_is_wrong_with_what_went_well(instance):
    check_invariants(instance)

    assert len(instance.letters()) >= 4


def test_clock_that_one_service_moves_after_another_is_in_order(instance):
    pump = Pump(instance.runtimes)
    for runtime in instance.runtimes[:2]:
        Desk(runtime).made("PUT", "/v1/clock", {"now": AT.isoformat()})
        while pump.round():
            pass

    check_invariants(instance)


def test_copy_that_says_something_else_is_found(instance):
    renamed = update(in_matching.OrganisationCopy).values(names={"ru": "ООО «Лютик»"})

    assert breaches(instance, renamed, "matching") == {"copies equal"}


def test_copy_that_is_older_than_its_owner_is_found(instance):
    older = update(in_notifications.Participant).values(version=in_notifications.Participant.version - 1)

    assert breaches(instance, older, "notifications") == {"copies equal"}


@pytest.mark.parametrize("copy", [in_notifications.Region, in_notifications.Mission, in_notifications.Organisation])
def test_copy_that_is_missing_is_found(instance, copy):
    assert "copies equal" in breaches(instance, delete(copy), "notifications")


def test_contact_that_differs_is_found(instance):
    moved = update(in_notifications.Contact).values(email="elsewhere@example.org")

    assert breaches(instance, moved, "notifications") == {"copies equal"}


def test_letter_that_went_twice_is_found(instance):
    post_is(instance, lambda took: [*took, took[0]])

    assert broken_by(instance).invariants == {"letters once"}


def test_letter_that_may_have_gone_before_may_have_gone_twice(instance):
    twice = instance.letters()[0]
    post_is(instance, lambda took: [*took, twice])
    message = next(line for line in twice.decode().splitlines() if line.startswith("Message-ID"))
    with instance.runtimes[2].database.write() as session:
        delivery = next(row for row in session.query(in_notifications.Delivery) if str(row.id) in message)
        delivery.is_critical = True
        attempt = {"fence": 99, "began_at": AT, "ended_at": AT, "state": "unknown"}
        session.add(in_notifications.Attempt(delivery_id=delivery.id, **attempt))

    check_invariants(instance)


def test_letter_that_never_went_is_found(instance):
    post_is(instance, lambda took: took[1:])

    assert broken_by(instance).invariants == {"letters once"}


def test_letter_that_nobody_ordered_is_found(instance):
    stray = b"Message-ID: <stray@example.org>\nTo: p1@example.org\n\nhello"
    post_is(instance, lambda took: [*took, stray])

    assert broken_by(instance).invariants == {"letters once"}


def test_letter_that_went_to_somebody_before_the_person_was_forgotten_breaks_nothing(instance):
    stray = b"Message-ID: <stray@example.org>\nTo: p1@example.org\n\nhello"
    post_is(instance, lambda took: [*took, stray])
    instance.forgotten_addresses = {"p1@example.org"}

    check_invariants(instance)


def test_delivery_that_hangs_is_found(instance):
    hanging = update(in_notifications.Delivery).values(state="sending")

    assert "letters once" in breaches(instance, hanging, "notifications")


@pytest.mark.parametrize(("minutes", "found"), [(15, True), (30, False)])
def test_meetings_of_one_person_at_once_are_found(instance, minutes, found):
    person = identifiers.fresh()
    with instance.runtimes[1].database.write() as session:
        session.add_all(a_meeting(guest_person_id=person, table=table, after=after) for table, after in places(minutes))

    assert one_of("nobody in two places", instance) is found


def test_meetings_at_one_table_at_once_are_found(instance):
    mission = identifiers.fresh()
    with instance.runtimes[1].database.write() as session:
        session.add_all(a_meeting(mission_id=mission, table="T1", after=after) for after in (0, 15))

    assert one_of("nobody in two places", instance)


def places(minutes):
    return (("T1", 0), ("T2", minutes))


def a_meeting(*, after, **values):
    ids = ("id", "mission_id", "guest_id", "host_id", "guest_person_id", "host_person_id")
    given = {name: identifiers.fresh() for name in ids} | {"home": "RU-KYA", "version": 0, "slot": "s"} | values
    starts_at = AT + timedelta(minutes=after)
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=30), "is_online": False}
    return in_matching.Meeting(**given, **times)


def one_of(invariant, instance):
    return invariant in {violation.invariant for violation in violations(instance)}


@pytest.mark.parametrize(
    ("letters", "found"),
    [
        ([("a", 0, "REQUEST", "CONFIRMED"), ("b", 1, "CANCEL", "CANCELLED")], False),
        ([("a", 0, "REQUEST", "CONFIRMED"), ("b", 0, "CANCEL", "CANCELLED")], True),
        ([("a", 0, "CANCEL", "CONFIRMED")], True),
    ],
    ids=["grows", "stands still", "cancels and confirms"],
)
def test_calendar_entry_whose_states_contradict_one_another_is_found(instance, letters, found):
    written = [
        CALENDAR.format(name=name, sequence=sequence, method=method, status=status).encode()
        for name, sequence, method, status in letters
    ]
    post_is(instance, lambda took: [*took, *written])

    assert one_of("calendars right", instance) is found


def test_person_who_was_not_told_of_a_meeting_is_found(instance):
    """As long as anybody knows: what people were told is forgotten half a year after the end of their mission."""
    with instance.runtimes[2].database.write() as session:
        delegate = session.query(in_notifications.Delegate).first()
        session.execute(update(in_notifications.Mission).values(ends_at=AT))
    line = {
        "meeting_id": str(identifiers.fresh()),
        "person_id": str(delegate.id),
        "starts_at": AT.isoformat(),
        "table": "T1",
        "status": "scheduled",
    }
    itinerary = {"mission_id": delegate.mission_id, "organisation_id": delegate.organisation_id, "told": [line]}
    with instance.runtimes[1].database.write() as session:
        keys = {"id": identifiers.fresh(), "home": "RU-KYA", "version": 1, "issued_at": AT}
        session.add(in_matching.Itinerary(**keys, **itinerary))

    assert one_of("calendars right", instance)
