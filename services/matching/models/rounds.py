"""Rounds of scoring that take long: how far each is, and what it has found so far."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from matching.models.base import Base
from servicekit.columns import UtcDateTime


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
