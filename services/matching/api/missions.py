"""What hangs on a mission: runs, timetables, meetings, the report."""

from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy.orm import Session

from access.matrix import Deed
from matching import lookups
from matching.commands import Pin, StartTimetableRun
from matching.handlers.timetable import runs
from matching.models import TimetableRun, TimetableVersion
from matching.queries import missions, timetables
from matching.queries.exposure import quality_of
from matching.queries.report import report
from matching.schemas.agreements import QualitySchema, ReportSchema
from matching.schemas.drafts import ComparisonSchema, SinceArguments
from matching.schemas.recommendations import MissionSchema
from matching.schemas.timetables import (
    MeetingSchema,
    RunSchema,
    RunsSchema,
    StartRunSchema,
    TimetableSchema,
    TimetablesSchema,
)
from servicekit.auth.actors import Actor
from servicekit.web import paging
from servicekit.web.endpoints import ApiBlueprint, reads, writes

blueprint = ApiBlueprint("missions", __name__, url_prefix="/v1/missions", description="Missions as matching sees them.")


@blueprint.get("/<uuid:mission_id>")
@reads(Deed.MEETINGS_READ)
@blueprint.response(200, MissionSchema)
def read_mission(session: Session, actor: Actor, mission_id: UUID) -> dict[str, Any]:
    """Tell what is known of a mission."""
    return missions.summary(session, lookups.known_mission(session, mission_id, actor), actor)


@blueprint.post("/<uuid:mission_id>/timetable-runs")
@writes(Deed.MEETINGS_RUN, creates=True)
@blueprint.arguments(StartRunSchema)
@blueprint.response(202, RunSchema)
def start_run(body: dict[str, Any], session: Session, actor: Actor, mission_id: UUID) -> TimetableRun:
    """Let the solver look for a timetable."""
    return runs.start_run(session, StartTimetableRun(mission_id=mission_id, **body | {"pinned": _pins(body)}), actor)


def _pins(body: dict[str, Any]) -> tuple[Pin, ...]:
    return tuple(Pin(**pin) for pin in body["pinned"])


@blueprint.get("/<uuid:mission_id>/timetable-runs")
@reads(Deed.MEETINGS_RUN)
@blueprint.response(200, RunsSchema)
def read_runs(session: Session, actor: Actor, mission_id: UUID) -> dict[str, Any]:
    """List the runs of a mission, the newest first."""
    lookups.known_mission(session, mission_id, actor)
    return {"items": timetables.runs(session, mission_id, actor)}


@blueprint.get("/<uuid:mission_id>/timetables")
@reads(Deed.TIMETABLES_READ)
@blueprint.response(200, TimetablesSchema)
def read_timetables(session: Session, actor: Actor, mission_id: UUID) -> dict[str, Any]:
    """List the published timetables of a mission, the first one first."""
    lookups.known_mission(session, mission_id, actor)
    return {"items": timetables.timetables(session, mission_id, actor)}


@blueprint.get("/<uuid:mission_id>/timetables/<int:number>")
@reads(Deed.TIMETABLES_READ)
@blueprint.response(200, TimetableSchema)
def read_timetable(session: Session, actor: Actor, mission_id: UUID, number: int) -> TimetableVersion:
    """Show a published timetable: meetings, the waiting list with reasons, and what changed."""
    lookups.known_mission(session, mission_id, actor)
    return timetables.timetable(session, mission_id, number, actor)


@blueprint.get("/<uuid:mission_id>/timetables/<int:number>/changes")
@reads(Deed.TIMETABLES_READ)
@blueprint.arguments(SinceArguments, location="query")
@blueprint.response(200, ComparisonSchema)
def compare_timetables(
    query: dict[str, Any], session: Session, actor: Actor, mission_id: UUID, number: int
) -> dict[str, Any]:
    """Tell how a published timetable differs from another one, before or after it."""
    lookups.known_mission(session, mission_id, actor)
    return timetables.comparison(session, mission_id, number, query["since"], actor)


@blueprint.get("/<uuid:mission_id>/meetings")
@reads(Deed.MEETINGS_READ)
@blueprint.arguments(paging.PageArguments, location="query")
@blueprint.response(200, paging.page_of(MeetingSchema))
def read_meetings(query: dict[str, Any], session: Session, actor: Actor, mission_id: UUID) -> paging.Page:
    """List the meetings of a mission, cancelled ones included."""
    lookups.known_mission(session, mission_id, actor)
    return timetables.meetings(session, mission_id, query, actor)


@blueprint.get("/<uuid:mission_id>/report")
@reads(Deed.REPORTS_READ)
@blueprint.response(200, ReportSchema)
def read_report(session: Session, actor: Actor, mission_id: UUID) -> dict[str, Any]:
    """Tell the figures of a mission, each rate with its definition."""
    mission = lookups.known_mission(session, mission_id, actor)
    figures = report(session, mission, lookups.rules_for(session, mission), actor)
    say = current_app.extensions["caravan.gettext"]()
    return figures | {"definitions": {name: say(text) for name, text in figures["definitions"].items()}}


@blueprint.get("/<uuid:mission_id>/report/recommendations")
@reads(Deed.REPORTS_READ)
@blueprint.response(200, QualitySchema)
def read_quality(session: Session, actor: Actor, mission_id: UUID) -> dict[str, Any]:
    """Tell how good the recommendations were: what became of them, by score, here and in all missions of the kind."""
    return quality_of(session, lookups.known_mission(session, mission_id, actor), actor)
