"""Deliveries and mails are deleted after their retention period; metrics keep their counts."""

from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import func, select, update

from builders.meetings import a_line, an_itinerary
from builders.notifications import HOST, NOON, Bus, a_contact, a_delegate, a_mission, an_organisation
from notifications.handlers.retention import RETENTION, delete_deliveries, delete_expired, delete_orphaned_mails
from notifications.metrics import count_attempts, count_deliveries
from notifications.models import Attempt, Delivery, Mission, Notification, NotifiedMeeting
from notifications.sending.sender import send_mail
from notifications.sending.transport import mailbox_of
from notifications.service import SERVICE
from servicekit import identifiers
from servicekit.data.clock import machine_now


@pytest.fixture
def sent(runtime_of, tmp_path):
    """A service that has sent a mail about a meeting to one delegate."""
    runtime = runtime_of(SERVICE, mailbox_dir=tmp_path / "mailbox")
    bus = Bus(runtime)
    for event in (a_mission(), an_organisation(), an_organisation(organisation_id=HOST), a_delegate(), a_contact()):
        bus.send(event)
    bus.send(an_itinerary(a_line()))
    while send_mail(runtime):
        pass
    return runtime


def grow_old(runtime, age):
    """Make all deliveries and notifications older by `age`."""
    then = machine_now() - age
    with runtime.database.write() as session:
        for row in session.scalars(select(Delivery)):
            row.position = identifiers.UUID(int=identifiers.first_at(then).int + row.position.int % 2**60)
        session.execute(update(Notification).values(event_id=identifiers.first_at(then)))


def left(runtime):
    with runtime.database.read() as session:
        counted = (Delivery, Attempt, Notification, NotifiedMeeting)
        return [session.scalar(select(func.count()).select_from(model)) for model in counted]


def run(runtime, now=NOON):
    with runtime.database.write() as session:
        return delete_expired(session, now, runtime.actor)


def test_messages_are_kept_for_their_term(sent):
    grow_old(sent, RETENTION - timedelta(days=1))
    before = left(sent)

    run(sent)

    assert left(sent) == before
    assert 0 not in before


def test_old_messages_go_with_their_attempts_and_figures_never_fall(sent):
    with sent.database.read() as session:
        before = list(count_attempts(session))
    grow_old(sent, RETENTION + timedelta(days=1))

    run(sent)

    with sent.database.read() as session:
        assert list(count_attempts(session)) == before != []
        assert list(count_deliveries(session)) == []
    assert left(sent)[:3] == [0, 0, 0]


def test_what_a_person_was_told_goes_after_the_end_of_the_mission(sent):
    with sent.database.read() as session:
        over = session.scalars(select(Mission.ends_at)).one()

    run(sent, over + RETENTION - timedelta(days=1))
    before = left(sent)[3]
    run(sent, over + RETENTION + timedelta(days=1))

    assert (before, left(sent)[3]) == (1, 0)


def letters_in(runtime):
    return set(mailbox_of(runtime.settings).message_ids())


def sweep(runtime):
    with runtime.database.write() as session:
        delete_orphaned_mails(session, NOON, runtime.actor)


def test_letter_of_a_delivery_that_is_known_stays_in_the_mailbox(sent):
    before = letters_in(sent)

    sweep(sent)

    assert letters_in(sent) == before != set()


def test_letter_that_was_left_when_its_reader_was_forgotten_goes_with_the_next_sweep(sent):
    """Mails without delivery are left by a process killed after the commit, and by a sender that was writing one."""
    with sent.database.write() as session:
        delete_deliveries(session, select(Delivery.id))
    assert letters_in(sent)

    sweep(sent)

    assert letters_in(sent) == set()


def test_what_others_put_into_the_mailbox_is_left_alone(sent, tmp_path):
    stranger = EmailMessage()
    for name, value in {"From": "a@example.org", "To": "b@example.org", "Message-ID": "<hello@example.org>"}.items():
        stranger[name] = value
    mailbox_of(sent.settings).write(stranger)
    before = letters_in(sent)

    sweep(sent)

    assert letters_in(sent) == before
