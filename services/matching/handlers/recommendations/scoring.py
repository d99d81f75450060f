"""The task that makes a mission's recommendations anew when its facts have changed."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import entry_points
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from matching.handlers import versions
from matching.handlers.recommendations import rounds
from matching.handlers.recommendations.incremental import keep_scales, refresh_next
from matching.handlers.recommendations.pairs import finish, pair_row, profiles_of, that_may_meet
from matching.handlers.recommendations.vector_store import TableShelf
from matching.lookups import rules_for
from matching.models import Inputs, MissionCopy, Pair, ScoringRound
from matching.pack import MatchingRules
from matching.recommending.embeddings import cache
from matching.recommending.profiles import Profile
from matching.recommending.progress import StoppedError
from matching.recommending.recommendation import Recommendations, Scorer
from matching.settings import Settings
from servicekit.data.clock import SKEW, machine_now
from servicekit.service import Runtime
from servicekit.telemetry.tracing import Tracing

log = logging.getLogger(__name__)

LISTED = ("is_in_list_of_guest", "is_in_list_of_host")
"""What the lists add to a pair when it is stored."""
GROUP = "caravan.scorers"
"""Entry points: named strategies that score pairs, as `matching.recommending.recommendation.Scorer` says."""


@dataclass(frozen=True, kw_only=True)
class _Task:
    """What one round works on: the facts of a mission and the version that they had."""

    mission_id: UUID
    version: int
    rules: MatchingRules
    guests: Sequence[Profile]
    hosts: Sequence[Profile]


def recommend_next(runtime: Runtime) -> bool:
    """Score one mission whose facts have changed and are quiet now; tell whether there was one.

    In a large mission those who changed are scored at once, by the measure of its last whole round.
    """
    if refresh_next(runtime):
        return True
    with runtime.database.read() as session:
        task = _due(session, runtime)
    if task is None:
        return _list_next(runtime)
    settings = runtime.settings
    assert isinstance(settings, Settings)
    allowed = cache.model_allowed(allowed=settings.recommendation_model)
    mark = rounds.fingerprint(task.version, task.rules.weights)
    try:
        with (
            cache.at_hand(TableShelf(runtime.database)),
            allowed,
            rounds.followed(runtime, task.mission_id, mark) as watch,
        ):
            found = scorer(task.rules.scorer)(task.guests, task.hosts, task.rules.weights)
    except StoppedError:
        log.info("recommendations stopped", extra={"mission_id": str(task.mission_id)})
        return True
    with runtime.database.write() as session:
        _store(session, runtime.tracing, task, found, watch.scales)
    return True


def _list_next(runtime: Runtime) -> bool:
    """Make the lists of one mission anew whose pairs are up to date; tell whether there was one."""
    due = select(Inputs.mission_id).where(Inputs.are_lists_due, Inputs.pairs_done == Inputs.pairs_version)
    with runtime.database.read() as session:
        mission_id = session.scalars(due.join(MissionCopy, MissionCopy.id == Inputs.mission_id).limit(1)).first()
    if mission_id is None:
        return False
    with runtime.database.write() as session:
        counters = versions.locked(session, mission_id)
        if counters.is_fresh or counters.pairs_done != counters.pairs_version:
            return True
        finish(session, runtime.tracing, counters)
    return True


def scorer(name: str) -> Scorer:
    """Return the scorer of a name: ours, or another package's.

    Raises:
        LookupError: no package offers it.

    """
    found = {point.name: point for point in entry_points(group=GROUP)}
    if name not in found:
        raise LookupError(f"no scorer {name!r} in the entry points {GROUP}")
    loaded: Scorer = found[name].load()
    return loaded


def _due(session: Session, runtime: Runtime) -> _Task | None:
    settings = runtime.settings
    assert isinstance(settings, Settings)
    now = machine_now()
    quiet_since = now - timedelta(seconds=settings.recommendation_quiet_seconds)
    is_quiet = or_(Inputs.touched_at <= quiet_since, Inputs.touched_at > now + SKEW)  # by a clock put back since
    stale = select(Inputs).where(Inputs.pairs_done != Inputs.pairs_version, is_quiet)
    known = stale.join(MissionCopy, MissionCopy.id == Inputs.mission_id).order_by(Inputs.touched_at).limit(1)
    known = known.outerjoin(ScoringRound, ScoringRound.mission_id == Inputs.mission_id).where(rounds.is_free(session))
    row = session.scalars(known).first()
    return None if row is None else _task(session, row)


def _task(session: Session, row: Inputs) -> _Task:
    mission = session.get_one(MissionCopy, row.mission_id)
    profiles = profiles_of(session, mission.id)
    return _Task(
        mission_id=mission.id,
        version=row.pairs_version,
        rules=rules_for(session, mission),
        guests=[profile for profile in profiles if profile.side == "guest"],
        hosts=[profile for profile in profiles if profile.side == "host"],
    )


def _store(session: Session, tracing: Tracing, task: _Task, found: Recommendations, scales: bytes | None) -> None:
    """Replace the stored pairs, unless the facts have changed meanwhile: then the next round does.

    A long round counts all the same, or a mission whose profiles keep changing would never get lists: the next round
    works the changes in.
    """
    counters = versions.locked(session, task.mission_id)
    is_long = session.get(ScoringRound, task.mission_id) is not None
    if counters.pairs_version != task.version and not is_long:
        return
    all_rows = [pair_row(task.mission_id, pair, place) for place, pair in enumerate(found.pairs, start=1)]
    rows = that_may_meet(session, task.mission_id, all_rows)
    if rows != _kept(session, task.mission_id):
        session.execute(delete(Pair).where(Pair.mission_id == task.mission_id))
        if rows:
            session.execute(insert(Pair), rows)
        counters.timetable_version += 1
        counters.are_lists_compared = False
    counters.pairs_done = task.version
    rounds.end(session, task.mission_id)
    keep_scales(session, task.mission_id, (task.version, rounds.fingerprint(0, task.rules.weights)), scales)
    log.info("recommendations made", extra={"mission_id": str(task.mission_id), "pairs": len(rows)})
    finish(session, tracing, counters)


def _kept(session: Session, mission_id: UUID) -> list[dict[str, Any]]:
    columns = [column for column in Pair.__table__.columns if column.key not in LISTED]
    rows = session.execute(select(*columns).where(Pair.mission_id == mission_id).order_by(Pair.place))
    return [dict(row) for row in rows.mappings()]
