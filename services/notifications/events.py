"""The event that notifications publishes, and its snapshots for services that join later."""

from sqlalchemy.orm import Session

from contracts.notifications import NotificationSettled
from notifications.models import Contact, Delivery
from notifications.models.deliveries import SETTLED
from servicekit.bus import outbox
from servicekit.bus.snapshots import all_of
from servicekit.service import Snapshot


def publish_settled(session: Session, delivery: Delivery) -> None:
    """Publish `notification.settled` for a delivery, from the home of the person.

    Nothing is published for mails about accounts, which belong to no mission: who signs in when is private.
    """
    if delivery.mission_id is None:
        return
    contact = session.get(Contact, delivery.person_id)
    delivery.home = contact.home if contact is not None and contact.home else delivery.home
    outbox.record(session, delivery, settled_event(delivery))


def settled_event(delivery: Delivery) -> NotificationSettled:
    """Return the event for a settled delivery that belongs to a mission."""
    assert delivery.mission_id is not None
    return NotificationSettled(
        delivery_id=delivery.id,
        notification_id=delivery.notification_id,
        mission_id=delivery.mission_id,
        person_id=delivery.person_id,
        kind=delivery.kind,
        channel=delivery.channel,
        state=str(delivery.state),
    )


SNAPSHOTS = (
    Snapshot(
        entity="notification",
        rows=all_of(Delivery, Delivery.state.in_(SETTLED)),
        tell=lambda _session, delivery: settled_event(delivery),
    ),
)
