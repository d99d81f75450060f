"""Notifications, their deliveries, the attempts to send them, and messages to groups."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from notifications.mail.outcome import Outcome, State
from notifications.models.base import Base, JsonObject, Texts
from servicekit.data.tables import Aggregate
from servicekit.telemetry import tracing

RETRY_DELAYS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60))
"""Delays before the retries of a deferred delivery; when all are used up, it has failed."""
MAX_CRITICAL_ATTEMPTS = 2
"""How many attempts a critical delivery gets while their outcome is unknown; a person may resend it afterwards."""


class DeliveryState(StrEnum):
    """The state of a delivery."""

    QUEUED = "queued"
    SENDING = "sending"
    """Claimed by a sender until the lease ends."""
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """Handed over, but the reply was lost: it may have arrived."""
    SUPPRESSED = "suppressed"
    """Not to be sent: the person has opted out, or the mail has expired or is superseded."""


SETTLED = frozenset({DeliveryState.ACCEPTED, DeliveryState.FAILED, DeliveryState.UNKNOWN, DeliveryState.SUPPRESSED})
WAITING = frozenset({DeliveryState.QUEUED, DeliveryState.DEFERRED})
RESENDABLE = frozenset({DeliveryState.FAILED, DeliveryState.UNKNOWN, DeliveryState.DEFERRED})


class Notification(Base):
    """What one event means for one organisation or account; its id is derived from event, kind and organisation."""

    __tablename__ = "notification"
    __table_args__ = (Index("notification_of", "mission_id", "organisation_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(64))
    """The name of the template."""
    mission_id: Mapped[UUID | None]
    """None if it belongs to no mission, such as a sign-in mail."""
    organisation_id: Mapped[UUID | None]
    caused_at: Mapped[datetime]
    """The time of the event."""
    is_shared: Mapped[bool] = mapped_column(default=True)
    """Whether all delegates of the organisation get the same content."""
    content: Mapped[JsonObject] = mapped_column(default=dict)


class Delivery(Aggregate, Base):
    """One notification to one person over one channel."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("notification_id", "person_id", "channel"),
        Index("delivery_due", "state", "retry_at"),
    )

    position: Mapped[UUID] = mapped_column(unique=True)
    """A UUID that sorts deliveries by creation."""
    notification_id: Mapped[UUID] = mapped_column(ForeignKey("notification.id"))
    event_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(index=True)
    organisation_id: Mapped[UUID | None]
    mission_id: Mapped[UUID | None] = mapped_column(index=True)
    channel: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(64))
    content: Mapped[JsonObject]
    """What to write, as ids and public data; names and addresses are looked up when it is sent."""
    is_critical: Mapped[bool] = mapped_column(default=False)
    """Whether receiving it twice is better than not at all."""
    state: Mapped[str] = mapped_column(String(16), default=DeliveryState.QUEUED)
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    subject: Mapped[str] = mapped_column(Text, default="")
    """The subject of the mail; empty before the first attempt."""
    error: Mapped[str] = mapped_column(Text, default="")
    attempts: Mapped[int] = mapped_column(default=0)
    deferrals: Mapped[int] = mapped_column(default=0)
    """How often it was deferred since it was queued or resent."""
    fence: Mapped[int] = mapped_column(default=0)
    """Fencing token: grows with each claim, so that a sender with an older number has lost its claim."""
    lease_until: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    """When it becomes useless, by the machine's clock; None: never.

    Only secret mails expire; once settled, their content is deleted."""
    traceparent: Mapped[str | None] = mapped_column(String(tracing.LENGTH))
    """The trace context of the event that caused it."""

    @property
    def is_settled(self) -> bool:
        """Whether it is in a final state, which only resending changes."""
        return self.state in SETTLED

    def is_expired(self, at: datetime) -> bool:
        """Return whether it is too late to send it."""
        return self.expires_at is not None and self.expires_at <= at

    def claim(self, until: datetime) -> None:
        """Claim it for sending, with a lease until `until`."""
        self.state, self.lease_until, self.retry_at = DeliveryState.SENDING, until, None
        self.fence += 1

    def requeue(self, retry_at: datetime | None, reason: str) -> None:
        """Return a claimed delivery, which certainly was not sent, to the queue."""
        self.state, self.lease_until, self.retry_at, self.error = DeliveryState.QUEUED, None, retry_at, reason
        self.fence += 1

    def suppress(self, at: datetime) -> None:
        """Settle it without sending it."""
        self.lease_until = None
        self._settle(DeliveryState.SUPPRESSED, at)

    def record_outcome(self, outcome: Outcome, *, at: datetime, machine_at: datetime) -> None:
        """Record the outcome of an attempt: settle it at `at`, or schedule a retry counted from `machine_at`."""
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
        """Queue it once more with all retries; its mail keeps its Message-ID."""
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
    """One attempt to send a delivery; without `ended_at` it is running, or its sender was lost before the reply."""

    __tablename__ = "attempt"

    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("delivery.id"), primary_key=True)
    fence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    began_at: Mapped[datetime]
    """When the final dot was about to be sent, or the attempt failed before that, by the machine's clock."""
    ended_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(16), default="")
    phase: Mapped[str] = mapped_column(String(16), default="")
    code: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text, default="")

    def end(self, outcome: Outcome, at: datetime) -> None:
        """Record the outcome."""
        self.ended_at, self.state, self.phase = at, str(outcome.state), str(outcome.phase)
        self.code, self.reason = outcome.code, outcome.reason


class PastAttempts(Base):
    """Number of deleted attempts by channel and state, so that counters in the metrics never decrease."""

    __tablename__ = "past_attempts"

    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    state: Mapped[str] = mapped_column(String(16), primary_key=True)
    number: Mapped[int] = mapped_column(default=0)


class NotifiedMeeting(Base):
    """The state of a meeting that a person was last notified about, with the SEQUENCE of the calendar entry."""

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
    """A message of an organiser to a group: texts by language, criteria of the group, number of recipients."""

    __tablename__ = "group_message"
    __table_args__ = (Index("group_message_of", "mission_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    mission_id: Mapped[UUID]
    subjects: Mapped[Texts] = mapped_column(default=dict)
    texts: Mapped[Texts] = mapped_column(default=dict)
    asked: Mapped[JsonObject] = mapped_column(default=dict)
    """The criteria of the group."""
    people: Mapped[int]
    written_at: Mapped[datetime]
