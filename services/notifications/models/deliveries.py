"""Notifications, their deliveries, the attempts to send them, and messages to groups."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from notifications.mail.outcome import Outcome, State
from notifications.models.base import Base, JsonObject, Texts
from servicekit import tracing
from servicekit.columns import Aggregate

RETRY_DELAYS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60))
"""How long a deferred letter waits before its next attempt; after the last one it has failed."""
MAX_CRITICAL_ATTEMPTS = 2
"""How many letters of unknown fate a critical message may leave before it is left to people."""


class DeliveryState(StrEnum):
    """How far a delivery has got."""

    QUEUED = "queued"
    SENDING = "sending"
    """A sender holds it, until its lease ends."""
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """Handed over, but the answer was lost: it may have arrived."""
    SUPPRESSED = "suppressed"
    """The person is not to be written to, or it would come too late."""


SETTLED = frozenset({DeliveryState.ACCEPTED, DeliveryState.FAILED, DeliveryState.UNKNOWN, DeliveryState.SUPPRESSED})
WAITING = frozenset({DeliveryState.QUEUED, DeliveryState.DEFERRED})
RESENDABLE = frozenset({DeliveryState.FAILED, DeliveryState.UNKNOWN, DeliveryState.DEFERRED})


class Notification(Base):
    """One piece of news, mostly for one organisation; its id is derived from event, kind and organisation."""

    __tablename__ = "notification"
    __table_args__ = (Index("notification_of", "mission_id", "organisation_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(64))
    """The name of the template."""
    mission_id: Mapped[UUID | None]
    """None where it is about no mission, as is a letter to sign in with."""
    organisation_id: Mapped[UUID | None]
    caused_at: Mapped[datetime]
    """The time of the event."""
    is_shared: Mapped[bool] = mapped_column(default=True)
    """Whether all delegates of the organisation are told the same."""
    content: Mapped[JsonObject] = mapped_column(default=dict)


class Delivery(Aggregate, Base):
    """One notification on its way to one person over one channel."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("notification_id", "person_id", "channel"),
        Index("delivery_due", "state", "retry_at"),
    )

    position: Mapped[UUID] = mapped_column(unique=True)
    """Sorts deliveries in the order in which they were made."""
    notification_id: Mapped[UUID] = mapped_column(ForeignKey("notification.id"))
    event_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(index=True)
    organisation_id: Mapped[UUID | None]
    mission_id: Mapped[UUID | None] = mapped_column(index=True)
    channel: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(64))
    content: Mapped[JsonObject]
    """What to tell, by ids and public facts; the sender looks names and addresses up."""
    is_critical: Mapped[bool] = mapped_column(default=False)
    """Whether a second copy is better than none."""
    state: Mapped[str] = mapped_column(String(16), default=DeliveryState.QUEUED)
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    subject: Mapped[str] = mapped_column(Text, default="")
    """The subject of the letter, once one was written."""
    error: Mapped[str] = mapped_column(Text, default="")
    attempts: Mapped[int] = mapped_column(default=0)
    deferrals: Mapped[int] = mapped_column(default=0)
    """How often it was deferred since somebody last asked to send it."""
    fence: Mapped[int] = mapped_column(default=0)
    """Grows with each claim: whoever holds an older number has lost the letter."""
    lease_until: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    """When it is too late to send it, by the machine's clock; None: never.

    What expires is for its recipient alone: settled, it keeps nothing of what it told."""
    traceparent: Mapped[str | None] = mapped_column(String(tracing.LENGTH))
    """The trace of the event that caused it."""

    @property
    def is_settled(self) -> bool:
        """Whether nothing more happens to it by itself."""
        return self.state in SETTLED

    def is_expired(self, at: datetime) -> bool:
        """Tell whether it is of no use any more."""
        return self.expires_at is not None and self.expires_at <= at

    def claim(self, until: datetime) -> None:
        """Take it to send, up to an instant by the machine's clock."""
        self.state, self.lease_until, self.retry_at = DeliveryState.SENDING, until, None
        self.fence += 1

    def requeue(self, retry_at: datetime | None, why: str) -> None:
        """Queue it again: it certainly has not left."""
        self.state, self.lease_until, self.retry_at, self.error = DeliveryState.QUEUED, None, retry_at, why
        self.fence += 1

    def suppress(self, at: datetime) -> None:
        """Never send it: the person is not to be written to, or it would come too late."""
        self.lease_until = None
        self._settle(DeliveryState.SUPPRESSED, at)

    def record_outcome(self, outcome: Outcome, *, at: datetime, machine_at: datetime) -> None:
        """Take over the end of an attempt: settled `at`, or to be tried again some time after `machine_at`."""
        self.attempts += 1
        self.lease_until = None
        self.error = "" if outcome.state is State.ACCEPTED else _error_text(outcome)
        wait = self._retry_delay(outcome)
        if wait is not None:
            retry_at = machine_at + wait
            self.state, self.retry_at = DeliveryState.DEFERRED, min(retry_at, self.expires_at or retry_at)
            self.deferrals += 1
            return
        is_given_up = outcome.state is State.DEFERRED
        self._settle(DeliveryState.FAILED if is_given_up else DeliveryState(outcome.state), at)

    def resend(self) -> None:
        """Send it once more, from the start of its waits, under the same message id."""
        self.state, self.settled_at, self.retry_at = DeliveryState.QUEUED, None, None
        self.deferrals, self.error = 0, ""

    def _settle(self, state: DeliveryState, at: datetime) -> None:
        self.state, self.settled_at = state, at
        if self.expires_at is not None:
            self.content = {}

    def _retry_delay(self, outcome: Outcome) -> timedelta | None:
        is_critical_unknown = (
            outcome.state is State.UNKNOWN and self.is_critical and self.attempts < MAX_CRITICAL_ATTEMPTS
        )
        if (outcome.state is State.DEFERRED or is_critical_unknown) and self.deferrals < len(RETRY_DELAYS):
            return RETRY_DELAYS[self.deferrals]
        return None


class Attempt(Base):
    """One try to send a letter, kept as long as its delivery; without an end, its sender was lost before the answer."""

    __tablename__ = "attempt"

    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("delivery.id"), primary_key=True)
    fence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    began_at: Mapped[datetime]
    """When the letter was about to leave, or when it was clear that it would not, by the machine's clock."""
    ended_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(16), default="")
    phase: Mapped[str] = mapped_column(String(16), default="")
    code: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text, default="")

    def end(self, outcome: Outcome, at: datetime) -> None:
        """Keep how it ended."""
        self.ended_at, self.state, self.phase = at, str(outcome.state), str(outcome.phase)
        self.code, self.reason = outcome.code, outcome.reason


class PastAttempts(Base):
    """How attempts ended that are deleted: numbers alone, so that what was counted stays counted."""

    __tablename__ = "past_attempts"

    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    state: Mapped[str] = mapped_column(String(16), primary_key=True)
    number: Mapped[int] = mapped_column(default=0)


class NotifiedMeeting(Base):
    """What a person was last told about a meeting, and the number of the last change in that person's calendar."""

    __tablename__ = "told"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(primary_key=True)
    mission_id: Mapped[UUID]
    organisation_id: Mapped[UUID] = mapped_column(index=True)
    line: Mapped[JsonObject]
    """The meeting as the person knows it."""
    is_cancelled: Mapped[bool] = mapped_column(default=False)
    sequence: Mapped[int] = mapped_column(default=0)


def _error_text(outcome: Outcome) -> str:
    code = f"{outcome.code} " if outcome.code else ""
    return f"{outcome.phase}: {code}{outcome.reason}"


class GroupMessage(Base):
    """One message to a group: its words in each language, whom it was meant for, and to how many it went."""

    __tablename__ = "group_message"
    __table_args__ = (Index("group_message_of", "mission_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    mission_id: Mapped[UUID]
    subjects: Mapped[Texts] = mapped_column(default=dict)
    texts: Mapped[Texts] = mapped_column(default=dict)
    asked: Mapped[JsonObject] = mapped_column(default=dict)
    """The group: what its people have in common."""
    people: Mapped[int]
    written_at: Mapped[datetime]
