from datetime import timedelta

import pytest
from sqlalchemy import select, update

from builders.meetings import a_follow_up, a_notice, a_proposal, a_request, an_agreement, recommendations
from builders.notifications import (
    GUEST,
    GUEST_PERSON,
    HOST,
    HOST_PERSON,
    NOON,
    Bus,
    a_contact,
    a_delegate,
    a_delivery,
    a_known_mission,
    a_participant,
    a_removal,
    an_application,
    deliveries,
)
from contracts import matching, registration
from notifications.models import Contact
from notifications.service import SERVICE
from servicekit import identifiers
from servicekit.bus import inbox
from servicekit.data import clock, tables

BOTH = {GUEST_PERSON, HOST_PERSON}
NEWS = [
    (an_application(registration.ApplicationSubmitted), "application_received", {GUEST_PERSON}),
    (an_application(registration.ApplicationApproved), "application_approved", {GUEST_PERSON}),
    (an_application(registration.ApplicationRejected), "application_rejected", {GUEST_PERSON}),
    (an_application(registration.ApplicationChangesRequested), "application_changes_requested", {GUEST_PERSON}),
    (an_application(registration.ApplicationWaitlisted), "application_waitlisted", {GUEST_PERSON}),
    (a_participant(), "participant_admitted", {GUEST_PERSON}),
    (recommendations(), "recommendations_ready", {GUEST_PERSON}),
    (a_request(), "request_received", {HOST_PERSON}),
    (a_request(matching.MeetingRequestAccepted), "request_accepted", {GUEST_PERSON}),
    (a_request(matching.MeetingRequestDeclined), "request_declined", {GUEST_PERSON}),
    (a_proposal(), "time_proposed", {GUEST_PERSON}),
    (a_notice(), "meeting_notice", {HOST_PERSON}),
    (a_notice(organisation_id=HOST, kind="alone", minutes=None), "meeting_notice", {GUEST_PERSON}),
    (a_notice(matching.MeetingNoticeTakenBack), "meeting_notice", {HOST_PERSON}),
    (an_agreement(), "agreement_signed", BOTH),
    (a_follow_up(), "follow_up_due", BOTH),
]
SILENT = [
    an_application(registration.ApplicationWithdrawn),
    a_participant(registration.ParticipantCheckedIn),
    a_request(matching.MeetingRequestWithdrawn),
    a_request(matching.MeetingRequestAccepted, proposed_starts_at=NOON, proposed_ends_at=NOON),
    a_follow_up(matching.FollowUpRecorded),
    recommendations(0),
]


@pytest.fixture
def known(bus):
    return a_known_mission(bus)


@pytest.mark.parametrize(("event", "kind", "people"), NEWS, ids=lambda value: value if isinstance(value, str) else "")
def test_event_is_told_to_those_whom_its_rule_names(known, runtime, event, kind, people):
    known.send(event)

    told = deliveries(runtime)
    assert {(d.kind, d.channel, d.state) for d in told} == {(kind, "mail", "queued")}
    assert {d.person_id for d in told} == people
    assert len(told) == len(people)


@pytest.mark.parametrize("event", SILENT, ids=lambda event: event.type)
def test_event_without_a_rule_is_told_to_nobody(known, runtime, event):
    known.send(event)

    assert deliveries(runtime) == []


def test_event_that_comes_twice_is_told_once(known, runtime):
    body = known.send(an_application())

    inbox.receive(runtime, [body, body])

    a_delivery(runtime)


def test_77_event_that_comes_again_after_a_year_is_told_once(known, runtime):
    body = known.send(an_application())
    with runtime.database.write() as session:
        year_old = {"received_at": clock.machine_now() - timedelta(days=365)}
        session.execute(update(tables.inbox).values(year_old))
        inbox.prune(session)
        assert session.scalars(select(tables.inbox.c.event_id)).all() == []

    inbox.receive(runtime, [body])

    a_delivery(runtime)


def test_replay_and_snapshot_tell_nothing_but_are_kept(known, runtime):
    known.replay(known.body(an_application()))
    known.send(a_request(), snapshot=True)

    assert deliveries(runtime) == []


def test_live_event_is_told_when_its_replay_came_first(known, runtime):
    body = known.body(an_application())

    known.replay(body)
    inbox.receive(runtime, [body])

    assert a_delivery(runtime).kind == "application_approved"


def test_approval_that_comes_after_the_withdrawal_is_not_told(known, runtime):
    known.send(an_application(registration.ApplicationWithdrawn), version=3)
    known.send(an_application(), version=2)

    assert deliveries(runtime) == []


def test_delegate_named_with_the_application_is_told_when_the_application_came_first(known, runtime):
    late = identifiers.derived("late")
    known.send(an_application(registration.ApplicationSubmitted), at=NOON)

    known.send(a_delegate(delegate_id=late), at=NOON)

    assert [d.person_id for d in deliveries(runtime)] == [GUEST_PERSON, late]


def test_delegate_named_later_is_not_told_what_was_before(known, runtime):
    known.send(an_application(), at=NOON)

    known.send(a_delegate(delegate_id=identifiers.derived("late")), at=NOON + timedelta(hours=1))

    assert a_delivery(runtime).person_id == GUEST_PERSON


def test_removed_delegate_is_told_nothing(known, runtime):
    known.send(a_delegate(registration.DelegateRemoved, is_removed=True))

    known.send(an_application())

    assert deliveries(runtime) == []


def test_delegate_of_another_instance_is_left_to_that_instance(sqlite_runtime_of):
    runtime = sqlite_runtime_of(SERVICE, homes="RU-KYA")
    bus = a_known_mission(Bus(runtime))

    bus.send(an_application())

    assert deliveries(runtime) == []


def test_delivery_holds_no_name_and_no_address(known, runtime):
    known.send(an_agreement())

    for delivery in deliveries(runtime):
        told = str(delivery.content)
        assert "Снегирин" not in told
        assert "@" not in told


def test_79_erased_person_does_not_come_back_with_a_late_event(known, runtime):
    late = known.body(a_contact(), version=9)
    known.send(a_removal(), version=3)

    inbox.receive(runtime, [late])
    known.send(an_application(organisation_id=GUEST))

    with runtime.database.read() as session:
        contact = session.get_one(Contact, GUEST_PERSON)
    assert (contact.names, contact.email, contact.sought, contact.is_removed) == ({}, "", "", True)
