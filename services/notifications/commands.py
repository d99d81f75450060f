"""What a caller may ask of notifications."""

from dataclasses import dataclass
from uuid import UUID

from notifications.queries.recipients import RecipientGroup


@dataclass(frozen=True, kw_only=True)
class ResendDelivery:
    """Send once more what failed, waits or may not have arrived."""

    delivery_id: UUID


@dataclass(frozen=True, kw_only=True)
class SendGroupMessage:
    """Write to a group of people on a mission: subject and text in one language or more.

    `message_id` is chosen by who asks: the same one again sends nothing anew. `people` is how many the sender was told
    that it reaches.
    """

    message_id: UUID
    mission_id: UUID
    group: RecipientGroup
    subjects: dict[str, str]
    texts: dict[str, str]
    people: int
