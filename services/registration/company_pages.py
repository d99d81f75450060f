"""The pages that a company sees first: a mission for everybody, and the own mission."""

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from access.matrix import Deed
from registration import application_steps, company_queries, finding, frames, page_queries
from registration.models import Mission, Region
from servicekit import clock, contacts, formats
from servicekit.auth import Actor
from servicekit.endpoints import reads
from servicekit.languages import noop as _

blueprint = Blueprint("company", __name__)


@blueprint.app_template_filter("telephone")
def telephone(number: str) -> str:
    """Write a telephone number as people read it, tied together."""
    return contacts.readable_phone(number)


@blueprint.get("/missions")
@reads(Deed.LOOK)
def show_open(session: Session, actor: Actor) -> str:
    """List the missions that take applications, for everybody."""
    frame = frames.apart(frames.say(_("Missions that take applications")))
    found = company_queries.open_missions(session)
    return render_template("registration/company/open.html", frame=frame, missions=found)


@blueprint.get("/missions/<uuid:mission_id>/about")
@reads(Deed.LOOK)
def show_about(session: Session, actor: Actor, mission_id: UUID) -> str:
    """Tell everybody of a mission: what, when, where, by whom, who comes; never people."""
    mission = company_queries.announced(session, mission_id, actor)
    return render_template(
        "registration/company/about.html",
        frame=frames.about(mission),
        mission=mission,
        stage=page_queries.stage(mission, clock.now(session)),
        sides=company_queries.who_comes(session, mission, actor),
        regions=_regions(session, mission),
        days=page_queries.agenda(session, mission, actor),
        is_own=bool(company_queries.own(session, actor, mission)),
    )


@blueprint.get("/missions/<uuid:mission_id>/mine")
@reads(Deed.SELF)
def show_mine(session: Session, actor: Actor, mission_id: UUID) -> Response | BaseResponse:
    """Show a company its own mission: what is next, the application, people, partners, meetings, whom to phone."""
    mission = company_queries.announced(session, mission_id, actor)
    if company_queries.is_of_office(actor):
        return redirect(url_for("pages.show_mission", mission_id=mission.id), HTTPStatus.SEE_OTHER)
    own = company_queries.own(session, actor, mission)
    asked = request.args.get("application_id", type=UUID)
    mine = next((one for one in own if one.application.id == asked), own[0] if own else None)
    if mine is None:
        return redirect(url_for("company.show_about", mission_id=mission.id), HTTPStatus.SEE_OTHER)
    now = clock.now(session)
    return make_response(
        render_template(
            "registration/company/mine.html",
            frame=frames.of_company(mission, frames.say(_("My mission")), "mine"),
            mine=mine,
            others=[one for one in own if one is not mine],
            step=company_queries.next_of(session, mine),
            whole=application_steps.whole(session, mine.application),
            today=formats.local_day(now, mission.timezone),
            now=now,
        )
    )


def home(session: Session, actor: Actor) -> str:
    """List the missions of whoever speaks for companies."""
    own = company_queries.own(session, actor)
    frame = frames.apart(frames.say(_("My missions")))
    return render_template(
        "registration/company/home.html",
        frame=frame,
        own=[(one, company_queries.next_of(session, one)) for one in own],
    )


def _regions(session: Session, mission: Mission) -> dict[str, Region]:
    found = {}
    for side, code in (("guest", mission.guest_region), ("host", mission.host_region)):
        found[side] = finding.region_of(session, code, "#/region")
    return found
