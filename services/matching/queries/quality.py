"""How good the recommendations of a mission were, and those of all missions of its kind."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from matching.domain.quality import Held, quality
from matching.models import Meeting, MissionCopy, Pair, Rating, Signal
from matching.models.meetings import MeetingStatus
from matching.scope import SCOPE
from servicekit.auth import Actor


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
