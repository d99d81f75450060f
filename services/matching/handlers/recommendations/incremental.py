"""Score who has come to a large mission, or changed, since its last whole round, and refresh the lists around.

Units and means stay those of that round. A whole round follows when the share of those who changed has grown, when
something concerns everybody, or when it is asked for.
"""

import logging
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import delete, func, insert, or_, select
from sqlalchemy.orm import Session

from matching.handlers import versions
from matching.handlers.recommendations import rounds
from matching.handlers.recommendations.lists import refresh_lists
from matching.handlers.recommendations.pairs import pair_row, profiles_of, tell, that_may_meet
from matching.handlers.recommendations.vector_store import TableShelf
from matching.lookups import rules_for
from matching.models import ChangedProfile, Inputs, MissionCopy, MissionScale, Pair, ParticipantCopy, ScoringRound
from matching.recommending.embeddings import cache
from matching.recommending.weights import Weights
from matching.settings import Settings
from servicekit.service import Runtime

if TYPE_CHECKING:  # numpy is loaded when the first large mission is refreshed
    from matching.recommending.embeddings.cache import Memory
    from matching.recommending.scoring.incremental import KeptMission

log = logging.getLogger(__name__)

SHARE = 0.05
"""Of all organisations; once so many have changed since the last whole round, the next one is due."""


@dataclass(frozen=True)
class Change:
    """Those of one mission who have changed, and what they are scored by."""

    mission_id: UUID
    version: int
    done: int
    scale: MissionScale
    weights: Weights
    ids: frozenset[UUID]


@dataclass(frozen=True)
class Kept:
    """A mission as this worker has read it."""

    mission_id: UUID
    round: int
    """The version that the last whole round was made from."""
    version: int
    """The version that was read."""
    mission: "KeptMission"


class AtHand:
    """The mission that this process has read last: to read ten thousand of each side takes some seconds."""

    kept: Kept | None = None


def keep_scales(session: Session, mission_id: UUID, made: tuple[int, str], scales: bytes | None) -> None:
    """Keep by what measure a whole round was scored, with the version and the weights; who changed before is done."""
    version, fingerprint = made
    session.execute(delete(MissionScale).where(MissionScale.mission_id == mission_id))
    of_mission = ChangedProfile.mission_id == mission_id
    session.execute(delete(ChangedProfile).where(of_mission, ChangedProfile.version <= version))
    if scales is not None:
        told = b64encode(scales).decode()
        session.add(MissionScale(mission_id=mission_id, fingerprint=fingerprint, version=version, scales=told))


def refresh_next(runtime: Runtime) -> bool:
    """Score those who changed in one large mission; tell whether there was one."""
    settings = runtime.settings
    assert isinstance(settings, Settings)
    with runtime.database.read() as session:
        change = _due(session)
    if change is None or not settings.recommendation_model:
        return False
    from matching.recommending.matrix.semantic_scorer import memory_of_process  # noqa: PLC0415  loads numpy

    memory = memory_of_process()
    if memory is None:
        return False
    with cache.at_hand(TableShelf(runtime.database)):
        rows = _scored(runtime, change, memory)
    with runtime.database.write() as session:
        _store(session, runtime, change, rows)
    return True


def _due(session: Session) -> Change | None:
    """Give a mission of which only some have changed, and few enough."""
    query = select(Inputs, MissionScale).join(MissionScale, MissionScale.mission_id == Inputs.mission_id)
    query = query.join(MissionCopy, MissionCopy.id == Inputs.mission_id)
    idle = query.outerjoin(ScoringRound, ScoringRound.mission_id == Inputs.mission_id).where(
        ScoringRound.mission_id.is_(None)
    )
    stale = Inputs.pairs_done != Inputs.pairs_version, Inputs.whole_version <= Inputs.pairs_done
    for counters, scale in session.execute(idle.where(*stale).order_by(Inputs.touched_at)):
        weights = rules_for(session, session.get_one(MissionCopy, counters.mission_id)).weights
        of_mission = select(ChangedProfile).where(ChangedProfile.mission_id == counters.mission_id)
        changed = session.scalars(of_mission).all()
        taking_part = select(func.count()).where(ParticipantCopy.mission_id == counters.mission_id)
        most = SHARE * (session.scalar(taking_part) or 0)
        ids = frozenset(row.organisation_id for row in changed if row.version > counters.pairs_done)
        if scale.fingerprint == rounds.fingerprint(0, weights) and len(changed) <= most:
            session.expunge(scale)
            return Change(counters.mission_id, counters.pairs_version, counters.pairs_done, scale, weights, ids)
    return None


def _scored(runtime: Runtime, change: Change, memory: "Memory") -> list[dict[str, Any]]:
    """Score those who changed; give the rows of their pairs."""
    kept = _kept(runtime, change, memory)
    with runtime.database.read() as session:
        of_mission = select(ChangedProfile.organisation_id).where(ChangedProfile.mission_id == change.mission_id)
        since = set(session.scalars(of_mission.where(ChangedProfile.version > kept.version)))
        now = {one.organisation_id: one for one in profiles_of(session, change.mission_id, since | change.ids)}
        later = {id_: now.get(id_) for id_ in sorted(since)}
        found = [lead for id_ in sorted(change.ids & now.keys()) for lead in kept.mission.leads(now[id_], later)]
    new = {(one.pair.guest_id, one.pair.host_id): one for one in found}
    return [pair_row(change.mission_id, one.pair, one.place) for one in new.values()]


def _kept(runtime: Runtime, change: Change, memory: "Memory") -> Kept:
    """Give the mission at hand, read anew where another one is, or where a whole round was made since."""
    kept = AtHand.kept
    if kept is None or (kept.mission_id, kept.round) != (change.mission_id, change.scale.version):
        from matching.recommending.scoring.incremental import KeptMission  # noqa: PLC0415  loads numpy

        AtHand.kept = None  # before the next one is read: two at once need twice the memory
        with runtime.database.read() as session:
            version = session.get_one(Inputs, change.mission_id).pairs_version
            profiles = profiles_of(session, change.mission_id)
        mission = KeptMission(profiles, b64decode(change.scale.scales), change.weights, memory)
        kept = AtHand.kept = Kept(change.mission_id, change.scale.version, version, mission)
    return kept


def _store(session: Session, runtime: Runtime, change: Change, rows: list[dict[str, Any]]) -> None:
    """Put the new pairs of those who changed in place of the old ones, unless a round or another worker was faster."""
    counters = versions.locked(session, change.mission_id)
    rows = that_may_meet(session, change.mission_id, rows)
    scale = session.get(MissionScale, change.mission_id)
    is_overtaken = counters.pairs_done != change.done or counters.whole_version > change.done
    if is_overtaken or scale is None or scale.version != change.scale.version:
        return
    changed = or_(Pair.guest_id.in_(change.ids), Pair.host_id.in_(change.ids))
    gone = delete(Pair).where(Pair.mission_id == change.mission_id, changed).returning(Pair.guest_id, Pair.host_id)
    touched = {id_ for ends in session.execute(gone) for id_ in ends} | change.ids
    if rows:
        session.execute(insert(Pair), rows)
    touched |= {row[end] for row in rows for end in ("guest_id", "host_id")}
    counters.pairs_done = change.version
    counters.timetable_version += 1
    mission = session.get_one(MissionCopy, change.mission_id)
    refresh_lists(session, mission, counters, touched)
    log.info("recommendations refreshed", extra={"mission_id": str(change.mission_id), "pairs": len(rows)})
    tell(session, runtime.tracing, mission, counters)
