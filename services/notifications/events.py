"""How notifications tells the present state of what it owns once more."""

from sqlalchemy.orm import Session

from contracts.notifications import NotificationSettled
from notifications.models import Contact, Delivery
from notifications.models.deliveries import SETTLED
from servicekit import outbox
from servicekit.snapshots import Snapshot, all_of


def publish_settled(session: Session, delivery: Delivery) -> None:
    """Tell the other services what became of a delivery of a mission, in the name of the person's home.

    Who signs in when is nobody else's business: of letters about no mission nothing is told.
    """
    if delivery.mission_id is None:
        return
    contact = session.get(Contact, delivery.person_id)
    delivery.home = contact.home if contact is not None and contact.home else delivery.home
    outbox.record(session, delivery, settled_event(delivery))


def settled_event(delivery: Delivery) -> NotificationSettled:
    """Say what became of a delivery of a mission."""
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
