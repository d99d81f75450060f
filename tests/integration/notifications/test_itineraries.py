from datetime import timedelta

import pytest

from builders.meetings import a_line, an_itinerary, cancelled, moved
from builders.notifications import (
    GUEST_PERSON,
    HOST_PERSON,
    NOON,
    a_contact,
    a_delegate,
    a_delivery,
    a_known_mission,
    a_participant,
    deliveries,
)
from contracts import registration
from notifications.sending.sender import send_mail
from notifications.service import SERVICE
from servicekit import identifiers
from servicekit.bus import inbox
from servicekit.data import clock

SECOND_PERSON = identifiers.derived("test-second-person")
HOURS = timedelta(hours=1)


@pytest.fixture
def runtime(runtime_of, tmp_path):
    return runtime_of(SERVICE, mailbox_dir=tmp_path / "mailbox")


@pytest.fixture
def known(bus):
    a_known_mission(bus)
    bus.send(a_delegate(delegate_id=SECOND_PERSON))
    return bus


def content_of(delivery):
    return {kind: [line["meeting_id"] for line in delivery.content[kind]] for kind in ("new", "moved", "cancelled")}


def key(name):
    return str(identifiers.derived(name))


def test_first_itinerary_is_told_to_each_person_with_that_persons_own_meetings(known, runtime):
    mine, theirs = a_line("m-1"), a_line("m-2", person_id=SECOND_PERSON)

    known.send(an_itinerary(mine, theirs))

    told = {delivery.person_id: content_of(delivery)["new"] for delivery in deliveries(runtime)}
    assert told == {GUEST_PERSON: [key("m-1")], SECOND_PERSON: [key("m-2")]}


def test_same_itinerary_again_is_told_to_nobody(known, runtime):
    known.send(an_itinerary(a_line()))

    known.send(an_itinerary(a_line(), number=2))

    a_delivery(runtime)


def test_change_for_one_person_is_told_to_that_person_alone(known, runtime):
    mine, theirs = a_line("m-1"), a_line("m-2", person_id=SECOND_PERSON)
    known.send(an_itinerary(mine, theirs))

    known.send(an_itinerary(mine, moved(theirs), number=2, cause="late_arrival"))

    (*_, last) = told = deliveries(runtime)
    assert len(told) == 3
    assert last.person_id == SECOND_PERSON
    assert content_of(last) == {"new": [], "moved": [key("m-2")], "cancelled": []}
    assert last.content["moved"][0]["old_starts_at"] == NOON.isoformat()


def test_cancelled_meeting_is_told_once_with_its_reason(known, runtime):
    known.send(an_itinerary(a_line()))

    for number in (2, 3):
        known.send(an_itinerary(cancelled(a_line()), number=number))

    (_, last) = deliveries(runtime)
    assert last.content["cancelled"][0]["reason"] == "Авария на станции"


def test_meeting_that_was_cancelled_before_it_was_told_is_no_news(known, runtime):
    known.send(an_itinerary(cancelled(a_line())))

    assert deliveries(runtime) == []


def test_meeting_that_another_person_takes_over_is_cancelled_for_one_and_new_for_the_other(known, runtime):
    known.send(an_itinerary(a_line()))

    known.send(an_itinerary(a_line(person_id=SECOND_PERSON), number=2))

    told = {delivery.person_id: content_of(delivery) for delivery in deliveries(runtime)[1:]}
    assert told[GUEST_PERSON]["cancelled"] == [key("m-1")]
    assert told[SECOND_PERSON]["new"] == [key("m-1")]


def test_meeting_that_was_held_is_no_news(known, runtime):
    held = a_line()
    known.send(an_itinerary(held, a_line("m-2")))

    known.send(an_itinerary(a_line(status="held"), moved(a_line("m-2")), number=2))

    (_, last) = deliveries(runtime)
    assert content_of(last)["cancelled"] == []
    assert last.content["unchanged_count"] == 0


def test_older_itinerary_that_comes_late_tells_nothing_twice(known, runtime):
    older = known.body(an_itinerary(a_line(), number=1))
    known.send(an_itinerary(moved(a_line()), number=2))

    inbox.receive(runtime, [older])

    assert content_of(a_delivery(runtime))["new"] == [key("m-1")]


def test_calendar_numbers_of_a_meeting_only_grow(known, runtime):
    line = a_line()
    for number, state in enumerate((line, moved(line), cancelled(line), line), start=1):
        known.send(an_itinerary(state, number=number))

    numbers = [
        entry["sequence"]
        for delivery in deliveries(runtime)
        for kind in ("new", "moved", "cancelled")
        for entry in delivery.content[kind]
    ]
    assert numbers == [0, 1, 2, 3]


def test_organisation_that_left_is_not_told_of_its_cancelled_meetings(known, runtime):
    known.send(an_itinerary(a_line()))
    known.send(a_participant(registration.ParticipantWithdrawn))

    known.send(an_itinerary(cancelled(a_line()), number=2))

    a_delivery(runtime)


def test_change_within_a_day_is_critical(known, runtime):
    soon = a_line(starts_at=NOON + 20 * HOURS)
    with runtime.database.write() as session:
        set_clock(session, NOON)
    known.send(an_itinerary(soon))
    known.send(an_itinerary(moved(soon), number=2))

    assert [delivery.is_critical for delivery in deliveries(runtime)] == [False, True]


def test_itinerary_that_comes_before_the_contact_waits_and_then_goes(bus, runtime):
    a_known_mission(bus, with_contacts=False)
    bus.send(an_itinerary(a_line()))
    is_anything_sent = send_mail(runtime)
    waiting = a_delivery(runtime).state

    bus.send(a_contact())
    send_mail(runtime)

    assert (is_anything_sent, waiting) == (False, "queued")
    assert a_delivery(runtime).state == "accepted"


def test_itinerary_of_unknown_people_is_kept_for_them(bus, runtime):
    bus.send(an_itinerary(a_line(person_id=HOST_PERSON)))

    assert a_delivery(runtime).state == "queued"


def set_clock(session, at):
    clock.apply(session, identifiers.derived("clock"), 1, (at - clock.machine_now()).total_seconds())
