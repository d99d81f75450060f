"""Events published by notifications: what became of messages, by person id."""

from dataclasses import dataclass
from uuid import UUID

from contracts.classes import Id, Technical
from contracts.event import Event


@dataclass(frozen=True, kw_only=True)
class NotificationSettled(Event, type="caravan.notification.settled.v1"):
    """A message was accepted by its channel, failed for good, or may have arrived."""

    delivery_id: Id[UUID]
    notification_id: Id[UUID]
    mission_id: Id[UUID]
    person_id: Id[UUID]
    kind: Technical[str]
    channel: Technical[str]
    state: Technical[str]
    """accepted, failed, unknown, suppressed."""
