"""What every letter has to say."""

from dataclasses import dataclass
from typing import ClassVar

from notifications.mail.times import Zone


@dataclass(frozen=True, kw_only=True)
class MailContext:
    """What every letter names: its reader, and where its button leads.

    `zones` are the clocks on which times are told, the recipient's own first.
    """

    template: ClassVar[str]
    recipient_name: str
    action_url: str
    zones: tuple[Zone, ...]


@dataclass(frozen=True, kw_only=True)
class MissionMail(MailContext):
    """What every letter about a mission names: the mission, whom to ask, and for which organisation it is.

    Of `zones` the recipient's own comes first, then the mission's.
    """

    organisation_name: str
    """Of the recipient."""
    mission_title: str
    organiser_name: str
    organiser_phone: str
    organiser_email: str = ""
