"""Progress, lease, stop and resume.

Ask for the scoring of everybody, stop it and resume it.

Follow a long round of scoring: how far it is, what it has found, and whether it is still wanted.
"""

import json
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from hashlib import blake2b
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from matching import lookups
from matching.errors import NoRoundError
from matching.handlers import versions
from matching.models import ScoredBlock, ScoringRound
from matching.recommending.progress import Stage, StoppedError, watched
from matching.recommending.weights import Weights
from matching.settings import Settings
from servicekit.auth.actors import Actor
from servicekit.data import clock
from servicekit.data.clock import machine_now
from servicekit.data.tables import insert_new
from servicekit.service import Runtime


def ask_for_round(session: Session, mission_id: UUID, actor: Actor) -> None:
    """Let everybody of a mission be scored anew; raises MissionNotFoundError or MissionElsewhereError."""
    mission = lookups.own_mission(session, mission_id, actor)
    versions.touch(session, mission.id, pairs=True)


def stop_round(session: Session, mission_id: UUID, actor: Actor) -> ScoringRound:
    """Stop the scoring that is going on: the lists stay as they are, what is done is kept. Said twice it counts once.

    Raises:
        MissionNotFoundError, MissionElsewhereError: the mission is not ours to decide about.
        NoRoundError: nothing is being scored.

    """
    found = _round(session, mission_id, actor)
    found.stop()
    return found


def resume_round(session: Session, mission_id: UUID, actor: Actor) -> ScoringRound:
    """Let a stopped round go on, where nobody has stopped it it does so anyway; raises what `stop_round` does."""
    found = _round(session, mission_id, actor)
    found.resume()
    return found


def _round(session: Session, mission_id: UUID, actor: Actor) -> ScoringRound:
    lookups.own_mission(session, mission_id, actor)
    found = session.get(ScoringRound, mission_id, with_for_update=True)
    if found is None:
        raise NoRoundError
    return found


PROGRESS_SECONDS = 0.5
"""How often a round's row tells how far it is."""


@contextmanager
def followed(runtime: Runtime, mission_id: UUID, fingerprint: str) -> Iterator["TableWatch"]:
    """Let what is scored within show how far it is, be stopped, and go on where an earlier attempt has ended."""
    watch = TableWatch(runtime, mission_id, fingerprint)
    try:
        with watched(watch):
            yield watch
    finally:
        watch.let_go()


def fingerprint(version: int, weights: Weights) -> str:
    """Name what a round works on: the facts of a mission in a version, and how they are scored."""
    told = json.dumps([version, asdict(weights)], default=sorted, sort_keys=True)
    return blake2b(told.encode(), digest_size=16).hexdigest()


def is_free(session: Session) -> ColumnElement[bool]:
    """Select missions, joined with their rounds if they have one, on which a worker may go to work."""
    idle = or_(ScoringRound.lease_until.is_(None), ScoringRound.lease_until <= clock.shared_now(session))
    return or_(ScoringRound.mission_id.is_(None), and_(~ScoringRound.is_stopped, idle))


def end(session: Session, mission_id: UUID) -> None:
    """Forget a round that is through, and its blocks."""
    session.execute(delete(ScoredBlock).where(ScoredBlock.mission_id == mission_id))
    session.execute(delete(ScoringRound).where(ScoringRound.mission_id == mission_id))


class TableWatch:
    """Watches one attempt; the first word of a round makes its row, so that short rounds have none.

    Each call is a transaction of its own: nothing is locked while scores are computed.
    """

    def __init__(self, runtime: Runtime, mission_id: UUID, fingerprint: str) -> None:
        assert isinstance(runtime.settings, Settings)
        self._database, self._mission_id, self._fingerprint = runtime.database, mission_id, fingerprint
        self._lease = timedelta(seconds=runtime.settings.recommendation_lease_seconds)
        self._pulse = runtime.pulse
        self._attempt, self._stage, self._told_at = 0, "", 0.0
        self.scales: bytes | None = None

    def tell(self, stage: Stage, done: int, total: int) -> None:
        """Write how far a stage is, now and then; raise StoppedError where the round is not this attempt's any more."""
        self._pulse.beat()
        if not self._attempt:
            self._begin(stage)
        if stage == self._stage and done < total and time.monotonic() - self._told_at < PROGRESS_SECONDS:
            return
        self._stage, self._told_at = stage, time.monotonic()
        with self._database.write() as session:
            lease_until = clock.shared_now(session) + self._lease
            told = {"stage": stage, "done": done, "total": total, "lease_until": lease_until}
            row = session.execute(update(ScoringRound).where(*self._mine()).values(told).returning(ScoringRound.done))
            if row.first() is None:
                raise StoppedError

    def kept(self, stage: Stage, number: int) -> bytes | None:
        """Give what an earlier attempt has found for a block."""
        with self._database.read() as session:
            block = session.get(ScoredBlock, (self._mission_id, stage, number))
            return b64decode(block.found) if block else None

    def keep(self, stage: Stage, number: int, found: bytes) -> None:
        """Keep what was found for a block, unless another attempt has taken over: its facts may be others."""
        row = {"mission_id": self._mission_id, "stage": stage, "number": number, "found": b64encode(found).decode()}
        with self._database.write() as session:
            if session.scalars(select(ScoringRound.mission_id).where(*self._mine())).first() is None:
                raise StoppedError
            insert_new(session, ScoredBlock.__table__, [row])  # type: ignore[arg-type]  # a mapped class has a Table

    def measured(self, scales: bytes) -> None:
        """Hold the scales until the pairs are stored."""
        self.scales = scales

    def let_go(self) -> None:
        """Let the next worker come at once, whatever became of this attempt."""
        if self._attempt:
            with self._database.write() as session:
                session.execute(update(ScoringRound).where(*self._mine()).values(lease_until=None))

    def _begin(self, stage: Stage) -> None:
        """Take the round up; what was found from other facts is thrown away."""
        new = {"mission_id": self._mission_id, "fingerprint": self._fingerprint, "stage": stage}
        new |= {"done": 0, "total": 0, "is_stopped": False, "attempts": 0, "started_at": machine_now()}
        with self._database.write() as session:
            insert_new(session, ScoringRound.__table__, [new])  # type: ignore[arg-type]  # a mapped class has a Table
            row = session.get_one(ScoringRound, self._mission_id, with_for_update=True)
            now = clock.shared_now(session)
            if row.is_stopped or row.is_worked_on(now):
                raise StoppedError
            if row.fingerprint != self._fingerprint:
                session.execute(delete(ScoredBlock).where(ScoredBlock.mission_id == self._mission_id))
                row.fingerprint, row.started_at = self._fingerprint, machine_now()
            self._attempt = row.take_up(now, self._lease)

    def _mine(self) -> tuple[ColumnElement[bool], ...]:
        fence = ScoringRound.attempts == self._attempt
        return ScoringRound.mission_id == self._mission_id, fence, ~ScoringRound.is_stopped
