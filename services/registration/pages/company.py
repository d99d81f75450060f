"""Public and own mission page.

The pages that a company sees first: a mission for everybody, and the own mission.

A tile for a meeting's page: whom to reach at the partner, where both have agreed to that.
"""

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from access.matrix import Deed
from access.roles import Role
from registration import lookups
from registration.errors import ContactsUnsharedError
from registration.models import ContactExchange, Delegate, Mission, Organisation, Region
from registration.pages import layout
from registration.pages.applying import steps
from registration.queries import companies, missions
from registration.scope import SCOPE
from servicekit.auth.actors import Actor
from servicekit.data import clock
from servicekit.privacy import contacts
from servicekit.texts import formats
from servicekit.texts.languages import noop as _
from servicekit.web.endpoints import reads

blueprint = Blueprint("company", __name__)


@blueprint.app_template_filter("telephone")
def telephone(number: str) -> str:
    """Write a telephone number as people read it, tied together."""
    return contacts.readable_phone(number)


@blueprint.get("/missions")
@reads(Deed.LOOK)
def show_open(session: Session, actor: Actor) -> str:
    """List the missions that take applications, for everybody."""
    frame = layout.apart(layout.say(_("Missions that take applications")))
    found = companies.open_missions(session)
    return render_template("registration/company/open.html", frame=frame, missions=found)


@blueprint.get("/missions/<uuid:mission_id>/about")
@reads(Deed.LOOK)
def show_about(session: Session, actor: Actor, mission_id: UUID) -> str:
    """Tell everybody of a mission: what, when, where, by whom, who comes; never people."""
    mission = companies.announced(session, mission_id, actor)
    return render_template(
        "registration/company/about.html",
        frame=layout.about(mission),
        mission=mission,
        stage=missions.stage(mission, clock.now(session)),
        sides=companies.who_comes(session, mission, actor),
        regions=_regions(session, mission),
        days=missions.agenda(session, mission, actor),
        is_own=bool(companies.own(session, actor, mission)),
    )


@blueprint.get("/missions/<uuid:mission_id>/mine")
@reads(Deed.SELF)
def show_mine(session: Session, actor: Actor, mission_id: UUID) -> Response | BaseResponse:
    """Show a company its own mission: what is next, the application, people, partners, meetings, whom to phone."""
    mission = companies.announced(session, mission_id, actor)
    if companies.is_of_office(actor):
        return redirect(url_for("pages.show_mission", mission_id=mission.id), HTTPStatus.SEE_OTHER)
    own = companies.own(session, actor, mission)
    asked = request.args.get("application_id", type=UUID)
    mine = next((one for one in own if one.application.id == asked), own[0] if own else None)
    if mine is None:
        return redirect(url_for("company.show_about", mission_id=mission.id), HTTPStatus.SEE_OTHER)
    now = clock.now(session)
    return make_response(
        render_template(
            "registration/company/mine.html",
            frame=layout.of_company(mission, layout.say(_("My mission")), "mine"),
            mine=mine,
            others=[one for one in own if one is not mine],
            step=companies.next_of(session, mine),
            whole=steps.whole(session, mine.application),
            today=formats.local_day(now, mission.timezone),
            now=now,
        )
    )


def home(session: Session, actor: Actor) -> str:
    """List the missions of whoever speaks for companies."""
    own = companies.own(session, actor)
    frame = layout.apart(layout.say(_("My missions")))
    return render_template(
        "registration/company/home.html",
        frame=frame,
        own=[(one, companies.next_of(session, one)) for one in own],
    )


def _regions(session: Session, mission: Mission) -> dict[str, Region]:
    found = {}
    for side, code in (("guest", mission.guest_region), ("host", mission.host_region)):
        found[side] = lookups.region_of(session, code, "#/region")
    return found


contacts_blueprint = Blueprint("contacts", __name__)


@contacts_blueprint.get("/tiles/contacts/<uuid:meeting_id>")
@reads(Deed.PEOPLE_READ)
def show_contacts(session: Session, actor: Actor, meeting_id: UUID) -> str:
    """Show who sat at the table for the partner, with address and number; who was forgotten is left out."""
    mine = ContactExchange.meeting_id == meeting_id, ContactExchange.is_mutual, SCOPE.rows(actor, ContactExchange)
    found = session.scalar(select(ContactExchange).where(*mine))
    if found is None:
        raise ContactsUnsharedError(ContactExchange.missing, id=meeting_id)
    query = select(Delegate, Organisation).join(Organisation, Organisation.id == Delegate.organisation_id)
    sat = Delegate.id.in_([found.guest_person_id, found.host_person_id]), ~Delegate.is_removed
    own = actor.scopes(Role.DELEGATE)
    rows = [row for row in session.execute(query.where(*sat)) if str(row.Organisation.id) not in own]
    return render_template("registration/contacts.html", people=rows)
