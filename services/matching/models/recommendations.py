"""Pairs, lists, rounds, vectors, signals.

Stored recommendations, and what each organisation was last told of them.

Rounds of scoring that take long: how far each is, and what it has found so far.

Vectors of texts, so that none is encoded twice.

What organisations say of those who were recommended to them, and of the meetings that they had.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from matching.domain.answers import SignalKind
from matching.errors import SignalTakenBackError
from matching.models.copies import Base
from servicekit.data.tables import Aggregate, Document, UtcDateTime


class Pair(Base):
    """A pair above the cut-off; `place` orders the pairs of a mission, best first.

    All pairs may be given a meeting by the timetable; the lists of the two show it as far as they are fair.
    """

    __tablename__ = "pair"

    mission_id: Mapped[UUID] = mapped_column(primary_key=True)
    guest_id: Mapped[UUID] = mapped_column(primary_key=True)
    host_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    place: Mapped[int]
    score: Mapped[float]
    """0 to 1, dimensionless."""
    is_in_list_of_guest: Mapped[bool] = mapped_column(default=False)
    is_in_list_of_host: Mapped[bool] = mapped_column(default=False)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    """The strongest first; `direction` as the domain says it, marks as [start, end] in characters."""


class ChangedList(Base):
    """An organisation whose list is not what it was last told."""

    __tablename__ = "changed_list"

    mission_id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)


class RecommendationList(Aggregate, Base):
    """What an organisation was last told about whom to meet."""

    __tablename__ = "recommendation_list"

    mission_id: Mapped[UUID] = mapped_column(index=True)
    organisation_id: Mapped[UUID]
    partners: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ScoringRound(Base):
    """The round of a large mission that is going on, or was stopped; when it is through, the row goes."""

    __tablename__ = "scoring_round"

    mission_id: Mapped[UUID] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(32))
    """Of the facts and the weights that it works on: blocks of others are of no use."""
    stage: Mapped[str] = mapped_column(String(16))
    """`encoding`, `scoring` or `explaining`."""
    done: Mapped[int] = mapped_column(default=0)
    """Organisations that this stage is through with; guests alone where pairs are scored and explained."""
    total: Mapped[int] = mapped_column(default=0)
    is_stopped: Mapped[bool] = mapped_column(default=False)
    """Whether the organiser has stopped it: nobody goes on before it is resumed."""
    attempts: Mapped[int] = mapped_column(default=0)
    """The fence: only the newest attempt may go on."""
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    """Until when the worker of that attempt counts as being at work; None: nobody is."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """On the machine's clock."""

    def is_worked_on(self, now: datetime) -> bool:
        """Tell whether a worker is at it."""
        return self.lease_until is not None and self.lease_until > now

    def take_up(self, now: datetime, lease: timedelta) -> int:
        """Begin, or go on where another attempt has ended; return the number of the attempt."""
        self.attempts, self.lease_until = self.attempts + 1, now + lease
        return self.attempts

    def stop(self) -> None:
        """Let nobody go on."""
        self.is_stopped, self.lease_until = True, None

    def resume(self) -> None:
        """Let a worker go on with what is kept."""
        self.is_stopped = False


class ScoredBlock(Base):
    """What a round has found for some guests, kept until the round is through."""

    __tablename__ = "scored_block"

    mission_id: Mapped[UUID] = mapped_column(primary_key=True)
    stage: Mapped[str] = mapped_column(String(16), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    found: Mapped[str] = mapped_column(Text)
    """As the scorer wrote it, in base64."""


class MissionScale(Base):
    """By what measure the last whole round of a large mission was scored; small missions have none."""

    __tablename__ = "mission_scale"

    mission_id: Mapped[UUID] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(32))
    """Of the weights."""
    version: Mapped[int]
    """The version of the facts that the round was made from."""
    scales: Mapped[str] = mapped_column(Text)
    """As the scorer wrote it, in base64."""


class ChangedProfile(Base):
    """An organisation of whose part in a mission something has changed since its last whole round."""

    __tablename__ = "changed_profile"

    mission_id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    """The version of the mission's facts with which it changed last."""


class TextVector(Base):
    """What a model made of a text or a word; the text itself is not here."""

    __tablename__ = "text_vector"

    model: Mapped[str] = mapped_column(String(80), primary_key=True)
    digest: Mapped[str] = mapped_column(String(32), primary_key=True)
    """BLAKE2b of the text, in hexadecimal digits."""
    vector: Mapped[str] = mapped_column(Text)
    """Half-precision numbers, little-endian, in base64."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    """On the machine's clock."""


class Signal(Aggregate, Base):
    """What an organisation says of a partner in a mission; one a pair and direction, whatever is said later."""

    __tablename__ = "signal"
    __table_args__ = (UniqueConstraint("mission_id", "organisation_id", "partner_id"),)

    mission_id: Mapped[UUID] = mapped_column(index=True)
    organisation_id: Mapped[UUID]
    partner_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(16))
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    said_by: Mapped[str] = mapped_column(String(64))
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)

    @property
    def pair(self) -> frozenset[UUID]:
        """The two organisations."""
        return frozenset((self.organisation_id, self.partner_id))

    @property
    def status(self) -> str:
        """Whether it stands."""
        return "given" if self.taken_back_at is None else "taken_back"

    def say(self, kind: SignalKind, at: datetime, by: str) -> bool:
        """Say this from now on; tell whether it is anything new."""
        if self.kind == kind and self.taken_back_at is None and self.version:
            return False
        self.kind, self.said_at, self.said_by, self.taken_back_at = kind, at, by, None
        return True

    def take_back(self, at: datetime) -> None:
        """Say it no more; raise SignalTakenBackError if it does not stand."""
        if self.taken_back_at is not None:
            raise SignalTakenBackError(id=self.id)
        self.taken_back_at = at

    def hides(self) -> tuple[tuple[UUID, UUID], ...]:
        """Return from whose list whom it takes, as (reader, partner)."""
        ends = self.organisation_id, self.partner_id
        return (ends, ends[::-1]) if self.kind == SignalKind.KNOWN else (ends,)


class Rating(Aggregate, Base):
    """How good one of the two found a meeting that was held: 1 to 5, and a word that stays here."""

    __tablename__ = "rating"
    __table_args__ = (UniqueConstraint("meeting_id", "organisation_id"),)

    mission_id: Mapped[UUID] = mapped_column(index=True)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"))
    organisation_id: Mapped[UUID]
    stars: Mapped[int]
    word: Mapped[str] = mapped_column(String(500))
    rated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    rated_by: Mapped[str] = mapped_column(String(64))
