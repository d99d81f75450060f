"""Applications, and what the mission's home decides about them."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from contracts.classes import Id, Organisation, Published, Technical
from contracts.event import Event
from contracts.registration.common import Side, Texts


@dataclass(frozen=True, kw_only=True)
class ApplicationState(Event):
    """An organisation's wish to take part, as it now is; its home is the organisation's region."""

    application_id: Id[UUID]
    mission_id: Id[UUID]
    organisation_id: Id[UUID]
    side: Technical[Side]
    status: Technical[str]
    """submitted, changes_requested, approved, rejected, waitlisted, withdrawn."""
    reason: Published[str]
    """What the reviewer tells the applicant; empty where nothing was said."""
    avoids: Id[tuple[UUID, ...]]
    """Organisations that it does not want to meet."""
    submitted_at: Technical[datetime | None]
    """When it was last handed in."""
    reviewed_at: Technical[datetime | None]
    """When the coordinator last answered; null before."""
    may_come_late: Technical[bool] = False
    """Whether the coordinator lets it into a mission that is closed already."""
    region: Organisation[str] = ""
    """The region where the organisation registered, ISO 3166-2: what to count by."""
    organisation_names: Organisation[Texts] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ApplicationSubmitted(ApplicationState, type="caravan.application.submitted.v1"):
    """An organisation applies."""


@dataclass(frozen=True, kw_only=True)
class ApplicationChangesRequested(ApplicationState, type="caravan.application.changes_requested.v1"):
    """The coordinator asks for corrections."""


@dataclass(frozen=True, kw_only=True)
class ApplicationApproved(ApplicationState, type="caravan.application.approved.v1"):
    """The side's coordinator accepts the application; admission follows from the mission's home."""


@dataclass(frozen=True, kw_only=True)
class ApplicationRejected(ApplicationState, type="caravan.application.rejected.v1"):
    """The side's coordinator refuses the application."""


@dataclass(frozen=True, kw_only=True)
class ApplicationWaitlisted(ApplicationState, type="caravan.application.waitlisted.v1"):
    """The application waits for a place."""


@dataclass(frozen=True, kw_only=True)
class ApplicationWithdrawn(ApplicationState, type="caravan.application.withdrawn.v1"):
    """The organisation takes its application back."""


@dataclass(frozen=True, kw_only=True)
class ParticipantState(Event):
    """An organisation in a mission, as the mission's home decided."""

    participant_id: Id[UUID]
    mission_id: Id[UUID]
    organisation_id: Id[UUID]
    side: Technical[Side]
    status: Technical[str]
    """admitted, waitlisted, refused, withdrawn."""
    avoids: Id[tuple[UUID, ...]]
    withdrawn_from: Technical[datetime | None]
    """From when on nobody of it is there; null unless withdrawn."""
    checked_in_at: Technical[datetime | None]
    """When somebody of it arrived at the mission; null before."""
    reason: Published[str]
    """Why it waits, was refused or left; empty where nothing was said."""
    region: Organisation[str] = ""
    """The region where the organisation registered, ISO 3166-2; empty where the mission's home has not heard of it."""
    organisation_names: Organisation[Texts] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ParticipantAdmitted(ParticipantState, type="caravan.participant.admitted.v1"):
    """The organisation takes part."""


@dataclass(frozen=True, kw_only=True)
class ParticipantWaitlisted(ParticipantState, type="caravan.participant.waitlisted.v1"):
    """The mission is full: the organisation waits."""


@dataclass(frozen=True, kw_only=True)
class ParticipantRefused(ParticipantState, type="caravan.participant.refused.v1"):
    """The mission cannot take the organisation."""


@dataclass(frozen=True, kw_only=True)
class ParticipantCheckedIn(ParticipantState, type="caravan.participant.checked_in.v1"):
    """The organisation has arrived."""


@dataclass(frozen=True, kw_only=True)
class ParticipantChanged(ParticipantState, type="caravan.participant.changed.v1"):
    """Facts of a participant are new, its status is not."""


@dataclass(frozen=True, kw_only=True)
class ParticipantWithdrawn(ParticipantState, type="caravan.participant.withdrawn.v1"):
    """The organisation does not take part, or no longer."""
