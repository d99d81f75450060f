"""The applications to a mission, for whoever organises it."""

from uuid import UUID

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from access.matrix import Deed
from registration import finding, frames, overview, page_queries
from registration.models import Mission
from registration.page_queries import Filter
from servicekit.auth import Actor
from servicekit.endpoints import reads
from servicekit.languages import noop as _

blueprint = Blueprint("application_pages", __name__)


@blueprint.get("/missions/<uuid:mission_id>/applications")
@reads(Deed.MISSIONS_READ)
def show_applications(session: Session, actor: Actor, mission_id: UUID) -> str:
    """List the applications to a mission and what became of them, as far as the actor may know them."""
    mission = finding.find(session, Mission, mission_id, actor)
    wanted = Filter.of(request.args)
    title = frames.say(_("Applications and participants"))
    return render_template(
        "registration/applications.html",
        frame=frames.of_mission(mission, title, "applications", where=frames.name_of(mission)),
        mission=mission,
        wanted=wanted,
        to_review=overview.to_review(session, mission, actor),
        rows=page_queries.rows(session, mission, wanted, actor),
    )
