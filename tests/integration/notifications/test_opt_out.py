"""Opt-out: queued deliveries are suppressed, and later ones are not sent."""

import pytest
from sqlalchemy import select

from builders.notifications import Bus, a_contact, a_delegate, a_mission, an_application, an_organisation, deliveries
from contracts import event as wire
from contracts import registration
from contracts.notifications import NotificationSettled
from notifications.models import DeliveryState
from notifications.sending.sender import send_mail
from notifications.service import SERVICE
from servicekit.data.tables import outbox


@pytest.fixture
def bus(runtime_of, tmp_path):
    made = Bus(runtime_of(SERVICE, mailbox_dir=tmp_path / "mailbox"))
    for event in (a_mission(), an_organisation(), a_delegate(), a_contact()):
        made.send(event)
    return made


def states(bus):
    return [delivery.state for delivery in deliveries(bus.runtime)]


def settled(bus):
    with bus.runtime.database.read() as session:
        bodies = session.scalars(select(outbox.c.body).order_by(outbox.c.seq)).all()
    told = (wire.parse_data(wire.parse_envelope(body)).data for body in bodies)
    return [event.state for event in told if isinstance(event, NotificationSettled)]


def test_136_queued_mail_is_suppressed_at_once_when_the_person_declines(bus):
    bus.send(an_application())
    before = states(bus)

    bus.send(a_contact(may_be_written_to=False))

    assert (before, states(bus)) == ([DeliveryState.QUEUED], [DeliveryState.SUPPRESSED])
    assert settled(bus) == ["suppressed"]
    assert send_mail(bus.runtime) is False


def test_136_later_mail_is_suppressed_and_sent_again_once_the_person_agrees(bus, tmp_path):
    bus.send(a_contact(may_be_written_to=False))
    bus.send(an_application())
    send_mail(bus.runtime)
    declined = states(bus)

    bus.send(a_contact())
    bus.send(an_application(registration.ApplicationWaitlisted))
    send_mail(bus.runtime)

    assert declined == [DeliveryState.SUPPRESSED]
    assert states(bus) == [DeliveryState.SUPPRESSED, DeliveryState.ACCEPTED]
    assert len(list((tmp_path / "mailbox" / "new").iterdir())) == 1
