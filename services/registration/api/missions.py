"""Endpoints of missions."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from access.matrix import Deed
from registration import lookups
from registration.commands import ChangeMission, CloseMission, OpenMission, PlanMission, Programme, ReplaceProgramme
from registration.handlers import missions
from registration.models import Mission
from registration.queries import applications
from registration.schemas.missions import (
    MissionChangesSchema,
    MissionQuerySchema,
    MissionSchema,
    NewMissionSchema,
    ProgrammeSchema,
    SummarySchema,
)
from registration.schemas.values import all_optional
from servicekit.auth.actors import Actor
from servicekit.web.endpoints import ApiBlueprint, reads, writes
from servicekit.web.paging import Page, page_of

blueprint = ApiBlueprint("missions", __name__, url_prefix="/v1/missions", description="Missions and programmes.")


@blueprint.get("")
@reads(Deed.MISSIONS_READ)
@blueprint.arguments(MissionQuerySchema, location="query")
@blueprint.response(200, page_of(MissionSchema))
def list_missions(args: dict[str, Any], session: Session, actor: Actor) -> Page:
    """List missions."""
    return applications.missions(session, args, actor)


@blueprint.post("")
@writes(Deed.MISSIONS_PLAN, creates=True)
@blueprint.arguments(NewMissionSchema)
@blueprint.response(201, MissionSchema)
def plan_mission(body: PlanMission, session: Session, actor: Actor) -> Mission:
    """Plan a mission: a draft, until it is opened."""
    return missions.plan_mission(session, body, actor)


@blueprint.get("/<uuid:mission_id>")
@reads(Deed.MISSIONS_READ)
@blueprint.response(200, MissionSchema)
def read_mission(session: Session, actor: Actor, mission_id: UUID) -> Mission:
    """Read one mission."""
    return lookups.find(session, Mission, mission_id, actor)


@blueprint.patch("/<uuid:mission_id>")
@writes(Deed.MISSIONS_RUN)
@blueprint.arguments(all_optional(MissionChangesSchema))
@blueprint.response(200, MissionSchema)
def change_mission(body: dict[str, Any], session: Session, actor: Actor, mission_id: UUID) -> Mission:
    """Correct facts of a mission; what is left out stays. Days and time zone stay once the mission has begun."""
    return missions.change_mission(session, ChangeMission(mission_id=mission_id, changes=body), actor)


@blueprint.put("/<uuid:mission_id>/programme")
@writes(Deed.MISSIONS_RUN)
@blueprint.arguments(ProgrammeSchema)
@blueprint.response(200, MissionSchema)
def replace_programme(body: Programme, session: Session, actor: Actor, mission_id: UUID) -> Mission:
    """Put new tables, slots and agenda in the place of the present ones."""
    return missions.replace_programme(session, ReplaceProgramme(mission_id=mission_id, programme=body), actor)


@blueprint.post("/<uuid:mission_id>/opening")
@writes(Deed.MISSIONS_RUN)
@blueprint.response(200, MissionSchema)
def open_mission(session: Session, actor: Actor, mission_id: UUID) -> Mission:
    """Begin to take applications."""
    return missions.open_mission(session, OpenMission(mission_id=mission_id), actor)


@blueprint.post("/<uuid:mission_id>/closing")
@writes(Deed.MISSIONS_RUN)
@blueprint.response(200, MissionSchema)
def close_mission(session: Session, actor: Actor, mission_id: UUID) -> Mission:
    """Take no more applications."""
    return missions.close_mission(session, CloseMission(mission_id=mission_id), actor)


@blueprint.get("/<uuid:mission_id>/summary")
@reads(Deed.REPORTS_READ)
@blueprint.response(200, SummarySchema)
def read_summary(session: Session, actor: Actor, mission_id: UUID) -> dict[str, Any]:
    """Count applications, participants, small companies and support bodies by side."""
    return applications.summary(session, lookups.find(session, Mission, mission_id, actor), actor)
