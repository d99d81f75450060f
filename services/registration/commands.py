"""What a caller may ask of registration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from contracts.registration import AgendaItem, Attendance, HallTable, MeetingSlot, ProfileItem, Side, Texts, Window
from registration.company_ids import Numbers
from registration.domain.rules import Rules


@dataclass(frozen=True, kw_only=True)
class PutRegion:
    """Let a region take part, or correct its facts; what is None comes from its pack."""

    code: str
    names: Texts | None = None
    timezone: str | None = None
    languages: Sequence[str] | None = None


@dataclass(frozen=True, kw_only=True)
class Programme:
    """Hall, slots and agenda of a mission."""

    tables: Sequence[HallTable]
    slots: Sequence[MeetingSlot]
    agenda: Sequence[AgendaItem]


@dataclass(frozen=True, kw_only=True)
class PlanMission:
    """Make the draft of a mission."""

    reference: str
    titles: Texts
    kind: str
    guest_region: str
    host_region: str
    starts_on: date
    ends_on: date
    timezone: str
    venue: Texts
    organiser: Texts
    organiser_phone: str
    rules: Rules
    programme: Programme


@dataclass(frozen=True, kw_only=True)
class ReplaceProgramme:
    """Put a new programme in the place of a mission's."""

    mission_id: UUID
    programme: Programme


@dataclass(frozen=True, kw_only=True)
class OpenMission:
    """Begin to take applications."""

    mission_id: UUID


@dataclass(frozen=True, kw_only=True)
class CloseMission:
    """Take no more applications."""

    mission_id: UUID


@dataclass(frozen=True, kw_only=True)
class NewConsent:
    """One consent to one purpose in its own words, or the end of one; given now unless it says when."""

    purpose: str
    text: str
    language: str
    channel: str
    given_at: datetime | None
    is_withdrawal: bool


@dataclass(frozen=True, kw_only=True)
class RegisterOrganisation:
    """Make an organisation known."""

    reference: str
    region: str
    names: Texts
    legal_name: Texts
    legal_form: str
    role: str
    size: str
    is_sme: bool
    numbers: Numbers
    activity_codes: Sequence[str]
    city: Texts
    about: Texts
    email: str
    phone: str
    consents: Sequence[NewConsent]


@dataclass(frozen=True, kw_only=True)
class ChangeOrganisation:
    """Correct facts of an organisation; `changes` holds the new value of each named column."""

    organisation_id: UUID
    changes: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class RecordConsents:
    """Add consents of an organisation."""

    organisation_id: UUID
    consents: Sequence[NewConsent]


@dataclass(frozen=True, kw_only=True)
class NewProfile:
    """What an organisation offers and needs; items without an id get one."""

    offers: Sequence[ProfileItem]
    needs: Sequence[ProfileItem]


@dataclass(frozen=True, kw_only=True)
class NewDelegate:
    """A person who will speak for an organisation; hours None: the mission's own."""

    reference: str
    names: Texts
    positions: Texts
    email: str
    phone: str
    language: str
    timezone: str | None
    attendance: Attendance
    can_negotiate: bool
    availability: Sequence[Window] | None
    consents: Sequence[NewConsent]


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


@dataclass(frozen=True, kw_only=True)
class AddDelegate:
    """Name one more person."""

    application_id: UUID
    delegate: NewDelegate


@dataclass(frozen=True, kw_only=True)
class ChangeDelegate:
    """Correct facts of a delegate; `changes` holds the new value of each named column."""

    delegate_id: UUID
    changes: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class RemoveDelegate:
    """Take a person off the list."""

    delegate_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReportAbsence:
    """Say that a person is not there for some hours."""

    delegate_id: UUID
    absence: Window
    reason: str


@dataclass(frozen=True, kw_only=True)
class AdmitParticipant:
    """Let in an organisation that waits or was refused, whatever the places."""

    participant_id: UUID


@dataclass(frozen=True, kw_only=True)
class CheckIn:
    """Note that an organisation has arrived."""

    participant_id: UUID


@dataclass(frozen=True, kw_only=True)
class WithdrawParticipant:
    """Take an organisation out of a mission: from now on unless it says from when."""

    participant_id: UUID
    withdrawn_from: datetime | None
    reason: str
