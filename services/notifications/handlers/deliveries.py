"""Create notifications; queue, resend and suppress their deliveries."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.event import Envelope
from contracts.registration import ContactChanged
from notifications.commands import ResendDelivery
from notifications.errors import DeliveryNotFoundError, NotResendableError
from notifications.events import publish_settled
from notifications.models import Contact, Delegate, Delivery, Notification
from notifications.models.deliveries import RESENDABLE, WAITING
from notifications.scope import SCOPE
from notifications.status_texts import state_text
from servicekit import identifiers
from servicekit.auth.actors import Actor
from servicekit.bus.handlers import home_of
from servicekit.data import clock, context
from servicekit.telemetry import audit_log, tracing
from servicekit.texts.languages import noop as _

Content = dict[str, Any]


def create_notification(
    session: Session, envelope: Envelope[Any], kind: str, organisation_id: UUID | None, content: Content | None
) -> Notification | None:
    """Create the notification of an event for an organisation, or for none; return None if it exists already.

    `content` is the same for all recipients; if it differs from person to person, it is None here and each delivery
    holds its own.
    """
    key = identifiers.derived("notification", envelope.id, kind, organisation_id)
    if session.get(Notification, key) is not None:
        return None
    notification = Notification(
        id=key,
        event_id=envelope.id,
        kind=kind,
        mission_id=getattr(envelope.data, "mission_id", None),
        organisation_id=organisation_id,
        caused_at=envelope.time,
        is_shared=content is not None,
        content=content or {},
    )
    session.add(notification)
    session.flush()
    return notification


def queue_delivery(
    session: Session, notification: Notification, person_id: UUID, channel: str, content: Content, home: str
) -> Delivery | None:
    """Queue a delivery to a person over a channel; return None if it exists already."""
    key = identifiers.derived("delivery", notification.id, person_id, channel)
    if session.get(Delivery, key) is not None:
        return None
    delivery = Delivery(
        id=key,
        home=home,
        position=identifiers.fresh(),
        notification_id=notification.id,
        event_id=notification.event_id,
        person_id=person_id,
        organisation_id=notification.organisation_id,
        mission_id=notification.mission_id,
        channel=channel,
        kind=notification.kind,
        content=content,
        created_at=clock.now(session),
        traceparent=tracing.here(),
    )
    session.add(delivery)
    return delivery


def queue_for_organisation(session: Session, notification: Notification, channels: Iterable[str]) -> None:
    """Queue a delivery to every delegate of the notification's organisation whom this instance serves."""
    channels = tuple(channels)
    for delegate in _served_delegates(session, notification.mission_id, notification.organisation_id):
        for channel in channels:
            queue_delivery(session, notification, delegate.id, channel, notification.content, delegate.home)


def _served_delegates(session: Session, mission_id: UUID | None, organisation_id: UUID | None) -> Sequence[Delegate]:
    """Return an organisation's delegates on a mission whom this instance serves."""
    query = select(Delegate).where(
        Delegate.mission_id == mission_id,
        Delegate.organisation_id == organisation_id,
        Delegate.is_removed.is_(False),
    )
    delegates = session.scalars(query.order_by(Delegate.id)).all()
    return [delegate for delegate in delegates if serves_home(session, delegate.home)]


def serves_home(session: Session, home: str) -> bool:
    """Return whether this instance sends mails to the people of a home; without configured homes it serves all."""
    homes = context.of(session).settings.homes
    return not homes or home in homes


def person_home(session: Session, person_id: UUID, envelope: Envelope[Any]) -> str:
    """Return the home of a person; that of the event if the person is not known."""
    delegate = session.get(Delegate, person_id)
    return delegate.home if delegate is not None else home_of(envelope)


def resend_delivery(session: Session, command: ResendDelivery, actor: Actor) -> Delivery:
    """Queue a delivery once more; its mail keeps its Message-ID.

    Raises:
        DeliveryNotFoundError: no delivery has that id, or the actor may not see it.
        NotResendableError: its state does not allow it, or its link and code have been deleted.

    """
    delivery = session.get(Delivery, command.delivery_id, with_for_update=True)
    if delivery is None or not SCOPE.sees(session, actor, delivery):
        raise DeliveryNotFoundError
    SCOPE.require(session, actor, delivery)
    audit_log.note(session, delivery)
    audit_log.about(session, context=str(delivery.mission_id or ""), home=delivery.home)
    if delivery.state not in RESENDABLE:
        detail = _("It is in the state %(state)s. Only what is deferred, failed or unknown is sent again.")
        raise NotResendableError(detail, state=state_text(delivery.state))
    if delivery.is_settled and delivery.expires_at:
        raise NotResendableError(_("Its link and code are gone. Whoever wants to sign in asks for new ones."))
    delivery.resend()
    return delivery


def suppress_after_opt_out(session: Session, envelope: Envelope[ContactChanged], actor: Actor) -> None:
    """Suppress the queued and deferred deliveries of a person who has opted out of mails.

    The newest known state of the contact decides, not the event.
    """
    contact = session.get(Contact, envelope.data.person_id)
    if contact is None or contact.accepts_mail:
        return
    waiting = select(Delivery).where(Delivery.person_id == contact.id, Delivery.state.in_(WAITING))
    for delivery in session.scalars(waiting.order_by(Delivery.position).with_for_update()):
        delivery.suppress(clock.now(session))
        publish_settled(session, delivery)
