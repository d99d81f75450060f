"""Parts of the pages of other services: how full the hall is, and what incidents have done."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from access.matrix import Deed
from matching import lookups
from matching.models import MeetingRequest, MissionCopy
from matching.models.requests import RequestStatus
from matching.pages.organiser import timetable
from matching.queries import boards
from matching.queries.boards import parts
from matching.scope import SCOPE
from servicekit.auth.actors import Actor
from servicekit.data import clock
from servicekit.web.endpoints import reads

blueprint = Blueprint("organiser_tiles", __name__)


@blueprint.get("/missions/<uuid:mission_id>/tiles/load")
@reads(Deed.TIMETABLES_READ)
def show_load(session: Session, actor: Actor, mission_id: UUID) -> str:
    """Show how many tables of each slot are taken, and how many requests were sent and accepted."""
    mission = lookups.known_mission(session, mission_id, actor)
    taken = boards.loads(session, mission_id, actor)
    slots: list[dict[str, Any]] = [
        {"day": part.day, "starts_at": _at(slot), "taken": taken[slot["id"]], "tables": len(slot["tables"])}
        for part in parts(mission)
        for slot in part.slots
    ]
    return render_template(
        "matching/load.html",
        mission=mission,
        slots=slots,
        taken=sum(slot["taken"] for slot in slots),
        places=sum(slot["tables"] for slot in slots),
        most=max((max(slot["tables"], slot["taken"]) for slot in slots), default=0),
        requests=_requests(session, mission, actor),
    )


@blueprint.get("/missions/<uuid:mission_id>/tiles/incidents")
@reads(Deed.TIMETABLES_READ)
def show_incidents(session: Session, actor: Actor, mission_id: UUID) -> str:
    """Show the repairs that wait or are being made, and those of today."""
    mission = lookups.known_mission(session, mission_id, actor)
    told = timetable.repairs_of_today(session, mission, clock.now(session), actor)
    return render_template("matching/incidents.html", mission=mission, **told)


def _at(slot: Any) -> datetime:
    return datetime.fromisoformat(slot["starts_at"])


def _requests(session: Session, mission: MissionCopy, actor: Actor) -> dict[str, int]:
    """Count the requests of a mission that the actor may know of: all, those accepted, those not answered."""
    known = SCOPE.rows(actor.doing(Deed.MEETINGS_READ), MeetingRequest)
    counted = select(MeetingRequest.status, func.count().label("requests"))
    query = counted.where(MeetingRequest.mission_id == mission.id, known)
    counts = {row.status: row.requests for row in session.execute(query.group_by(MeetingRequest.status))}
    return {
        "sent": sum(counts.values()),
        "accepted": counts.get(RequestStatus.ACCEPTED, 0),
        "pending": counts.get(RequestStatus.PENDING, 0),
    }
