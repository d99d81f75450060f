"""Commands that callers of notifications may give."""

from dataclasses import dataclass
from uuid import UUID

from notifications.queries.recipients import RecipientGroup


@dataclass(frozen=True, kw_only=True)
class ResendDelivery:
    """Send a failed, deferred or unknown delivery once more."""

    delivery_id: UUID


@dataclass(frozen=True, kw_only=True)
class SendGroupMessage:
    """Send a message, with subject and text in one or more languages, to a group of people on a mission.

    The caller chooses `message_id`; a repeated command with the same id sends nothing again. `people` is the number of
    recipients that was shown to the sender; if it differs from the present number, the command is refused.
    """

    message_id: UUID
    mission_id: UUID
    group: RecipientGroup
    subjects: dict[str, str]
    texts: dict[str, str]
    people: int
