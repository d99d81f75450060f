"""What a caller may ask about applications and profiles."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from contracts.registration import ProfileItem, Side
from registration.commands.people import NewDelegate


@dataclass(frozen=True, kw_only=True)
class NewProfile:
    """What an organisation offers and needs; items without an id get one."""

    offers: Sequence[ProfileItem]
    needs: Sequence[ProfileItem]


@dataclass(frozen=True, kw_only=True)
class Apply:
    """Ask to take part in a mission, at once or as a draft."""

    mission_id: UUID
    organisation_id: UUID
    side: Side
    avoids: Sequence[UUID]
    profile: NewProfile
    delegates: Sequence[NewDelegate]
    submit: bool


@dataclass(frozen=True, kw_only=True)
class SubmitApplication:
    """Hand an application in."""

    application_id: UUID


@dataclass(frozen=True, kw_only=True)
class ApproveApplication:
    """Accept an application; `late` lets it into a closed mission."""

    application_id: UUID
    late: bool = False


@dataclass(frozen=True, kw_only=True)
class RejectApplication:
    """Refuse an application."""

    application_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class RequestChanges:
    """Ask the applicant for corrections."""

    application_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class WaitlistApplication:
    """Let an application wait for a place."""

    application_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class WithdrawApplication:
    """Take an application back."""

    application_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReplaceProfile:
    """Put new offers and needs in the place of the present ones."""

    application_id: UUID
    profile: NewProfile


@dataclass(frozen=True, kw_only=True)
class ReplaceAvoids:
    """Say anew whom the organisation does not want to meet."""

    application_id: UUID
    organisation_ids: Sequence[UUID]
