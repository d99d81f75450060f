"""Tell organisations whom they should meet, when the organiser says so."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.matching import Reason, RecommendationsPublished, Recommended
from matching import loading, telling
from matching.handlers import inputs
from matching.models import Inputs, MissionCopy, RecommendationList
from matching.queries.recommendations import partners_of_all
from servicekit import clock, identifiers, outbox, tracing
from servicekit.auth import Actor

MOST_PUBLISHED = 15
"""Partners in one event: with three reasons of two texts of 1,000 letters each they stay under its limit."""


def publish_recommendations(session: Session, mission_id: UUID, actor: Actor) -> Inputs:
    """Tell each organisation its recommendations, now or as soon as they are those of the present facts.

    Raises:
        MissionNotFoundError: none of that id was heard of.
        MissionElsewhereError: its home is another instance.

    """
    mission = loading.own_mission(session, mission_id)
    counters = inputs.locked(session, mission_id)
    counters.is_publication_wanted, counters.publication_traceparent = True, tracing.here()
    if counters.is_fresh:
        publish(session, mission, counters)
    return counters


def publish(session: Session, mission: MissionCopy, counters: Inputs) -> None:
    """Tell every organisation whose list differs from what it was last told."""
    counters.is_publication_wanted = False
    told = {row.organisation_id: row for row in session.scalars(_lists(mission.id))}
    lists = partners_of_all(session, mission.id)
    everybody = sorted(loading.participants(session, mission.id), key=str)
    with telling.at_hand(session, everybody):
        for organisation_id in everybody:
            partners = [_plain(partner) for partner in lists.get(organisation_id, [])[:MOST_PUBLISHED]]
            row = told.get(organisation_id)
            if partners != (row.partners if row else []):
                _tell(session, row or _new(mission, organisation_id), partners)


def _lists(mission_id: UUID) -> Any:
    return select(RecommendationList).where(RecommendationList.mission_id == mission_id).with_for_update()


def _new(mission: MissionCopy, organisation_id: UUID) -> RecommendationList:
    return RecommendationList(
        id=identifiers.derived(mission.id, "recommendations", organisation_id),
        home=mission.home,
        version=0,
        mission_id=mission.id,
        organisation_id=organisation_id,
    )


def _tell(session: Session, row: RecommendationList, partners: list[dict[str, Any]]) -> None:
    row.partners, row.published_at = partners, clock.now(session)
    session.add(row)
    outbox.record(session, row, published(session, row))


def published(session: Session, row: RecommendationList) -> RecommendationsPublished:
    """Tell whom an organisation should meet."""
    reader = telling.named(row, row.organisation_id)
    return RecommendationsPublished(
        mission_id=row.mission_id,
        organisation_id=row.organisation_id,
        partners=tuple(
            Recommended(
                organisation_id=UUID(partner["organisation_id"]),
                score=partner["score"],
                reasons=tuple(Reason(**reason) for reason in partner["reasons"]),
                **telling.named(row, UUID(partner["organisation_id"])),
            )
            for partner in row.partners
        ),
        organisation_names=reader["names"],
        region=reader["region"],
    )


def _plain(partner: dict[str, Any]) -> dict[str, Any]:
    reasons = [{name: reason[name] for name in ("direction", "need", "offer")} for reason in partner["reasons"]]
    return {"organisation_id": str(partner["organisation_id"]), "score": partner["score"], "reasons": reasons}
