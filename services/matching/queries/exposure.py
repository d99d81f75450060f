"""Exposure and quality.

How the lists of a mission share out its organisations, as its organiser reads it.

How good the recommendations of a mission were, and those of all missions of its kind.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Integer, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from matching import queries
from matching.domain.report_figures import Held, quality
from matching.models import Inputs, Meeting, MissionCopy, Pair, ProfileCopy, Rating, RecommendationList, Signal
from matching.models.meetings import MeetingStatus
from matching.pack import MatchingRules
from matching.queries import missions
from matching.queries.recommendations import met_elsewhere
from matching.recommending.lists import Exposed, Nowhere, bounds, distribution
from matching.scope import SCOPE
from servicekit.auth.actors import Actor

Tally = tuple[int, int, int]
"""Pairs of an organisation, those in its own list, those in the lists of others."""
NONE: Tally = (0, 0, 0)


def exposure(session: Session, mission_id: UUID, rules: MatchingRules, actor: Actor) -> dict[str, Any]:
    """Return how often each organisation is shown, least first, and both sides in figures."""
    rows = _rows(session, mission_id, actor)
    return {
        "sides": {side: _side(session, mission_id, side, rows, rules) for side in ("guest", "host")},
        "organisations": sorted(rows, key=lambda row: (row.shown, row.side, str(row.organisation_id))),
        **publication(session, mission_id, actor),
    }


def publication(session: Session, mission_id: UUID, actor: Actor) -> dict[str, Any]:
    """Return when lists were published last, whether they are about to be, and how many differ from those now."""
    counters = session.get(Inputs, mission_id)
    newest = select(func.max(RecommendationList.published_at)).where(RecommendationList.mission_id == mission_id)
    return {
        "fresh": counters is not None and counters.is_fresh,
        "are_pairs_done": counters is not None and counters.pairs_done == counters.pairs_version,
        "published_at": session.scalar(newest),
        "is_wanted": counters is not None and counters.is_publication_wanted,
        "lists_changed": counters.lists_changed if counters else 0,
    }


def _side(session: Session, mission_id: UUID, side: str, rows: list[Exposed], rules: MatchingRules) -> dict[str, Any]:
    """Describe how the organisations of a side are shown to the other one."""
    own, others = (Pair.guest_id, Pair.host_id) if side == "guest" else (Pair.host_id, Pair.guest_id)
    leads = select(func.count()).where(Pair.mission_id == mission_id).group_by(others)
    fitting = select(func.count(own.distinct())).where(Pair.mission_id == mission_id)
    guarantee, cap = bounds(session.scalars(leads), session.scalar(fitting) or 0, rules.lists)
    figures = asdict(distribution([row.shown for row in rows if row.side == side]))
    return figures | {"guarantee": guarantee, "cap": cap}


def _rows(session: Session, mission_id: UUID, actor: Actor) -> list[Exposed]:
    sides = missions.sides(session, mission_id, actor)
    tallies = {
        "guest": _tallies(session, mission_id, Pair.guest_id, Pair.is_in_list_of_guest, Pair.is_in_list_of_host),
        "host": _tallies(session, mission_id, Pair.host_id, Pair.is_in_list_of_host, Pair.is_in_list_of_guest),
    }
    found = {id_: tallies[side].get(id_, NONE) for id_, side in sides.items()}
    absent = {id_: pairs for id_, (pairs, _listed, shown) in found.items() if not shown}
    reasons = _reasons(session, mission_id, sides, absent) if absent else {}
    return [
        Exposed(organisation_id=id_, side=sides[id_], shown=shown, listed=listed, why=reasons.get(id_))
        for id_, (_pairs, listed, shown) in found.items()
    ]


def _tallies(
    session: Session,
    mission_id: UUID,
    end: InstrumentedAttribute[UUID],
    own: InstrumentedAttribute[bool],
    others: InstrumentedAttribute[bool],
) -> dict[UUID, Tally]:
    listed, shown = (func.sum(column.cast(Boolean).cast(Integer)) for column in (own, others))
    query = select(end, func.count(), listed, shown).where(Pair.mission_id == mission_id).group_by(end)
    return {id_: (pairs, of_its_own, of_others) for id_, pairs, of_its_own, of_others in session.execute(query)}


def _reasons(
    session: Session, mission_id: UUID, sides: Mapping[UUID, str], absent: Mapping[UUID, int]
) -> dict[UUID, Nowhere]:
    """Say why organisations are in nobody's list."""
    told = set(session.scalars(select(ProfileCopy.organisation_id).where(ProfileCopy.mission_id == mission_id)))
    met = frozenset[UUID]().union(*met_elsewhere(session, mission_id, sides))
    rows = [row for row in queries.participants(session, mission_id) if row.is_in]
    shunning = {row.organisation_id for row in rows if row.avoids}
    shunned = shunning | {UUID(avoided) for row in rows for avoided in row.avoids}

    def why(id_: UUID) -> Nowhere:
        if id_ not in told:
            return Nowhere.NO_PROFILE
        if absent[id_]:
            return Nowhere.SET_ASIDE
        if id_ in met:
            return Nowhere.ALREADY_MET
        return Nowhere.AVOIDED if id_ in shunned else Nowhere.NOTHING_FITS

    return {id_: why(id_) for id_ in absent}


def quality_of(session: Session, mission: MissionCopy, actor: Actor) -> dict[str, Any]:
    """Return what became of the recommendations of a mission, and of those of its kind that the actor may read of."""
    alike = select(MissionCopy.id).where(MissionCopy.kind == mission.kind, SCOPE.rows(actor, MissionCopy))
    all_of_kind = session.scalars(alike).all()
    return {
        "kind": mission.kind,
        "missions": len(all_of_kind),
        "of_mission": _figures(session, [mission.id]),
        "of_kind": _figures(session, all_of_kind),
    }


def _figures(session: Session, missions: Sequence[UUID]) -> dict[str, Any]:
    kinds = select(Signal.kind).where(Signal.mission_id.in_(missions), Signal.taken_back_at.is_(None))
    shown = sum(
        session.scalar(_count_of_pairs(missions).where(is_in_list)) or 0
        for is_in_list in (Pair.is_in_list_of_guest, Pair.is_in_list_of_host)
    )
    return asdict(quality(_held(session, missions), shown, session.scalars(kinds)))


def _count_of_pairs(missions: Sequence[UUID]) -> Select[int]:
    return select(func.count()).select_from(Pair).where(Pair.mission_id.in_(missions))


def _held(session: Session, missions: Sequence[UUID]) -> list[Held]:
    stars: dict[UUID, list[int]] = defaultdict(list)
    rated = select(Rating.meeting_id, Rating.stars).where(Rating.mission_id.in_(missions))
    for meeting_id, given in session.execute(rated):
        stars[meeting_id].append(given)
    held = select(Meeting.id, Meeting.recommended_score).where(
        Meeting.mission_id.in_(missions), Meeting.status == MeetingStatus.HELD
    )
    return [
        Held(id=id_, score=score, ratings=tuple(sorted(stars.get(id_, ())))) for id_, score in session.execute(held)
    ]
