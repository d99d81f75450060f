"""What a caller may ask of matching."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from matching.domain.answers import NoticeKind, SignalKind


@dataclass(frozen=True, kw_only=True)
class AskForMeeting:
    """Let one organisation wish to meet another."""

    mission_id: UUID
    from_organisation_id: UUID
    to_organisation_id: UUID
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class ProposeTime:
    """Let whoever was asked for a meeting name a slot instead of an answer."""

    request_id: UUID
    slot: str


@dataclass(frozen=True, kw_only=True)
class GiveNotice:
    """Let one of the two say of a meeting that it is late, cannot come or sits alone; minutes where it is late."""

    meeting_id: UUID
    organisation_id: UUID
    kind: NoticeKind
    minutes: int | None = None


@dataclass(frozen=True, kw_only=True)
class WriteNote:
    """Let an organisation keep a text about its meeting for itself; an empty one deletes it."""

    meeting_id: UUID
    organisation_id: UUID
    text: str


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
class Seen:
    """A meeting, and where the editor saw it."""

    meeting_id: UUID
    slot: str
    table: str


@dataclass(frozen=True, kw_only=True)
class Where:
    """Where a meeting is wanted; what is None is chosen: as it is now, where that is free."""

    slot: str
    table: str | None = None
    guest_person_id: UUID | None = None
    host_person_id: UUID | None = None
    interpreter: str | None = None


@dataclass(frozen=True, kw_only=True)
class MoveMeeting:
    """Give a meeting another place in the draft."""

    mission_id: UUID
    seen: Seen
    to: Where


@dataclass(frozen=True, kw_only=True)
class SwapMeetings:
    """Let two meetings exchange slot and table in the draft."""

    mission_id: UUID
    one: Seen
    other: Seen


@dataclass(frozen=True, kw_only=True)
class AddMeeting:
    """Give a pair a meeting in the draft, whether anybody recommended it or not."""

    mission_id: UUID
    guest_id: UUID
    host_id: UUID
    to: Where


@dataclass(frozen=True, kw_only=True)
class RemoveMeeting:
    """Strike a meeting in the draft, for good."""

    mission_id: UUID
    seen: Seen
    reason: str


@dataclass(frozen=True, kw_only=True)
class PinMeeting:
    """Let a meeting stay where it is from now on, or give it free."""

    mission_id: UUID
    seen: Seen
    is_locked: bool


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
