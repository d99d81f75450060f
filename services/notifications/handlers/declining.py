"""Heed at once that a person takes no messages any more: what waits is not sent."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.event import Envelope
from contracts.registration import ContactChanged
from notifications.models import Contact, Delivery
from notifications.models.deliveries import WAITING
from notifications.sending.claims import announce
from servicekit import clock
from servicekit.auth import Actor


def suppress_waiting(session: Session, envelope: Envelope[ContactChanged], actor: Actor) -> None:
    """Suppress what is queued or deferred for a person who has declined messages, whatever came since."""
    contact = session.get(Contact, envelope.data.person_id)
    if contact is None or contact.takes_messages:
        return
    waiting = select(Delivery).where(Delivery.person_id == contact.id, Delivery.state.in_(WAITING))
    for delivery in session.scalars(waiting.order_by(Delivery.position).with_for_update()):
        delivery.suppress(clock.now(session))
        announce(session, delivery)
