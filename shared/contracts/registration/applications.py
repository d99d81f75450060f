"""Events of applications, and of participants: the decisions of the mission's home."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from contracts.data_classes import Id, Organisation, Published, Technical
from contracts.event import Event
from contracts.registration.values import Side, Texts


@dataclass(frozen=True, kw_only=True)
class ApplicationState(Event):
    """The current state of an application to a mission; its home is the organisation's region."""

    application_id: Id[UUID]
    mission_id: Id[UUID]
    organisation_id: Id[UUID]
    side: Technical[Side]
    status: Technical[str]
    """submitted, changes_requested, approved, rejected, waitlisted, withdrawn."""
    reason: Published[str]
    """Reason that the reviewer gave the applicant; empty if none."""
    avoids: Id[tuple[UUID, ...]]
    """Organisations that the applicant does not want to meet."""
    submitted_at: Technical[datetime | None]
    """When the application was last submitted."""
    reviewed_at: Technical[datetime | None]
    """When the coordinator last reviewed the application; null: not yet."""
    may_come_late: Technical[bool] = False
    """Whether the coordinator allows late admission to a closed mission."""
    region: Organisation[str] = ""
    """Region where the organisation registered, ISO 3166-2; use it to group applications by region."""
    organisation_names: Organisation[Texts] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ApplicationSubmitted(ApplicationState, type="caravan.application.submitted.v1"):
    """An organisation applies."""


@dataclass(frozen=True, kw_only=True)
class ApplicationChangesRequested(ApplicationState, type="caravan.application.changes_requested.v1"):
    """The coordinator requested changes to an application."""


@dataclass(frozen=True, kw_only=True)
class ApplicationApproved(ApplicationState, type="caravan.application.approved.v1"):
    """The side's coordinator approved an application; the mission's home then decides on admission."""


@dataclass(frozen=True, kw_only=True)
class ApplicationRejected(ApplicationState, type="caravan.application.rejected.v1"):
    """The side's coordinator rejected an application."""


@dataclass(frozen=True, kw_only=True)
class ApplicationWaitlisted(ApplicationState, type="caravan.application.waitlisted.v1"):
    """An application was put on the waiting list."""


@dataclass(frozen=True, kw_only=True)
class ApplicationWithdrawn(ApplicationState, type="caravan.application.withdrawn.v1"):
    """An organisation withdrew its application."""


@dataclass(frozen=True, kw_only=True)
class ParticipantState(Event):
    """The current state of an organisation's participation, as decided by the mission's home."""

    participant_id: Id[UUID]
    mission_id: Id[UUID]
    organisation_id: Id[UUID]
    side: Technical[Side]
    status: Technical[str]
    """admitted, waitlisted, refused, withdrawn."""
    avoids: Id[tuple[UUID, ...]]
    withdrawn_from: Technical[datetime | None]
    """When its participation ends; null unless withdrawn."""
    checked_in_at: Technical[datetime | None]
    """When its first delegate checked in at the mission; null: not yet."""
    reason: Published[str]
    """Reason why it is on the waiting list, was refused or withdrew; empty if none."""
    region: Organisation[str] = ""
    """Region where the organisation registered, ISO 3166-2; empty if not yet known to the mission's home."""
    organisation_names: Organisation[Texts] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ParticipantAdmitted(ParticipantState, type="caravan.participant.admitted.v1"):
    """An organisation was admitted to a mission."""


@dataclass(frozen=True, kw_only=True)
class ParticipantWaitlisted(ParticipantState, type="caravan.participant.waitlisted.v1"):
    """The mission is full: an organisation was put on the waiting list."""


@dataclass(frozen=True, kw_only=True)
class ParticipantRefused(ParticipantState, type="caravan.participant.refused.v1"):
    """An organisation was refused admission to a mission."""


@dataclass(frozen=True, kw_only=True)
class ParticipantCheckedIn(ParticipantState, type="caravan.participant.checked_in.v1"):
    """An organisation checked in at a mission."""


@dataclass(frozen=True, kw_only=True)
class ParticipantChanged(ParticipantState, type="caravan.participant.changed.v1"):
    """Data of a participant changed, but not its status."""


@dataclass(frozen=True, kw_only=True)
class ParticipantWithdrawn(ParticipantState, type="caravan.participant.withdrawn.v1"):
    """An organisation withdrew from a mission before or during it."""
