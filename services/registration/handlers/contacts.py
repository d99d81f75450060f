"""Tell a service that is new how to reach the people it may have to write to."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.event import Envelope
from contracts.instance import ServiceInstalled
from registration import events
from registration.models import Delegate
from servicekit import context
from servicekit.auth import Actor


def repeat_contacts(session: Session, envelope: Envelope[ServiceInstalled], actor: Actor) -> None:
    """Tell the present contact of every delegate once more: private events are in no history."""
    surroundings = context.of(session)
    if envelope.data.service == surroundings.service:
        return
    homes = surroundings.settings.homes
    told = select(Delegate).where(Delegate.version > 0).order_by(Delegate.id)
    for delegate in session.scalars(told.where(Delegate.home.in_(homes)) if homes else told):
        events.tell(session, delegate, events.of_contact(delegate), snapshot=True)
