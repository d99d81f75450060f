"""What a caller may ask of matching."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from matching.domain.signals import SignalKind


@dataclass(frozen=True, kw_only=True)
class AskForMeeting:
    """Let one organisation wish to meet another."""

    mission_id: UUID
    from_organisation_id: UUID
    to_organisation_id: UUID
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class GiveSignal:
    """Let an organisation say of a partner that it does not fit, or that the two know each other."""

    mission_id: UUID
    organisation_id: UUID
    partner_id: UUID
    kind: SignalKind


@dataclass(frozen=True, kw_only=True)
class RateMeeting:
    """Let one of the two say how good a meeting was, 1 to 5, and why in a word."""

    meeting_id: UUID
    organisation_id: UUID
    stars: int
    word: str = ""


@dataclass(frozen=True, kw_only=True)
class Pin:
    """Where the organiser wants a pair to meet; None leaves the table open."""

    guest_id: UUID
    host_id: UUID
    slot: str
    table: str | None = None


@dataclass(frozen=True, kw_only=True)
class StartTimetableRun:
    """Let the solver look for a timetable around what is pinned; None takes the time limit of the mission kind."""

    mission_id: UUID
    time_limit_seconds: float | None = None
    seed: int = 0
    pinned: tuple[Pin, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SignAgreement:
    """Note what a guest and a host signed; the amount is in whole units of the currency."""

    mission_id: UUID
    guest_id: UUID
    host_id: UUID
    type: str
    subject: str
    expected_amount: int | None
    currency: str
    signed_at: datetime


@dataclass(frozen=True, kw_only=True)
class RecordAnswer:
    """Note what a check of an agreement found; the amount is all that came in up to then."""

    agreement_id: UUID
    months: int
    checked_on: date
    status: str
    realised_amount: int | None
    note: str = ""
