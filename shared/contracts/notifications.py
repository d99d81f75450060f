"""Events published by notifications: delivery results of messages.

A separate module because the publisher of an event is derived from its module.
"""

from dataclasses import dataclass
from uuid import UUID

from contracts.data_classes import Id, Technical
from contracts.event import Event


@dataclass(frozen=True, kw_only=True)
class NotificationSettled(Event, type="caravan.notification.settled.v1"):
    """Delivery of a message ended: accepted by the channel, failed, unknown, or suppressed."""

    delivery_id: Id[UUID]
    notification_id: Id[UUID]
    mission_id: Id[UUID]
    person_id: Id[UUID]
    kind: Technical[str]
    channel: Technical[str]
    state: Technical[str]
    """accepted, failed, unknown, suppressed."""
