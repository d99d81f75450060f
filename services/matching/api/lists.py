"""The lists of a mission: told to their readers, and looked at as a whole."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from access.matrix import Deed
from matching import lookups
from matching.handlers.recommendations import list_publication, rounds
from matching.models import Inputs
from matching.queries import missions
from matching.queries.exposure import exposure
from matching.queries.recommendations import lists, scoring_round
from matching.schemas.recommendations import (
    ExposureSchema,
    PublicationSchema,
    RecommendationArguments,
    RecommendationsSchema,
    RoundSchema,
)
from servicekit.auth.actors import Actor
from servicekit.texts import languages
from servicekit.web.endpoints import ApiBlueprint, reads, writes

blueprint = ApiBlueprint(
    "recommendations",
    __name__,
    url_prefix="/v1/missions/<uuid:mission_id>/recommendations",
    description="Whom to meet, and why.",
)


@blueprint.get("")
@reads(Deed.MEETINGS_READ)
@blueprint.arguments(RecommendationArguments, location="query")
@blueprint.response(200, RecommendationsSchema)
def read_recommendations(query: dict[str, Any], session: Session, actor: Actor, mission_id: UUID) -> dict[str, Any]:
    """Tell whom an organisation should meet, best first; without one, whom each guest should."""
    mission = lookups.known_mission(session, mission_id, actor)
    items = lists(session, mission_id, query["organisation_id"], languages.of_request(), actor)
    return {"fresh": missions.summary(session, mission, actor)["recommendations"]["fresh"], "items": items}


@blueprint.post("/publication")
@writes(Deed.MEETINGS_RUN)
@blueprint.response(202, PublicationSchema)
def publish_recommendations(session: Session, actor: Actor, mission_id: UUID) -> Inputs:
    """Tell each organisation its recommendations; again: only what changed."""
    return list_publication.publish_recommendations(session, mission_id, actor)


@blueprint.get("/exposure")
@reads(Deed.MEETINGS_RUN)
@blueprint.response(200, ExposureSchema)
def read_exposure(session: Session, actor: Actor, mission_id: UUID) -> dict[str, Any]:
    """Tell in how many lists each organisation is, why some are in none, and which lists have changed."""
    mission = lookups.known_mission(session, mission_id, actor)
    return exposure(session, mission_id, lookups.rules_for(session, mission), actor)


@blueprint.get("/round")
@reads(Deed.MEETINGS_RUN)
@blueprint.response(200, RoundSchema)
def read_round(session: Session, actor: Actor, mission_id: UUID) -> dict[str, Any]:
    """Tell how far the recommendations of a large mission are that are being made anew."""
    return scoring_round(session, lookups.known_mission(session, mission_id, actor).id, actor)


@blueprint.post("/round")
@writes(Deed.MEETINGS_RUN)
@blueprint.response(202, RoundSchema)
def ask_for_round(session: Session, actor: Actor, mission_id: UUID) -> dict[str, Any]:
    """Make all of them anew, not only those of whoever has changed; a worker begins within a second."""
    rounds.ask_for_round(session, mission_id, actor)
    return scoring_round(session, mission_id, actor)


@blueprint.post("/round/stop")
@writes(Deed.MEETINGS_RUN)
@blueprint.response(200, RoundSchema)
def stop_round(session: Session, actor: Actor, mission_id: UUID) -> dict[str, Any]:
    """Stop making them: the lists stay as they are, and what is done is kept."""
    rounds.stop_round(session, mission_id, actor)
    return scoring_round(session, mission_id, actor)


@blueprint.post("/round/resumption")
@writes(Deed.MEETINGS_RUN)
@blueprint.response(200, RoundSchema)
def resume_round(session: Session, actor: Actor, mission_id: UUID) -> dict[str, Any]:
    """Go on where it was stopped."""
    rounds.resume_round(session, mission_id, actor)
    return scoring_round(session, mission_id, actor)
