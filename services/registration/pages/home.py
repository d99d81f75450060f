"""Missions, regions, first run.

What whoever runs a platform without a mission does first.

The pages of registration: missions, their participants and agenda, one application; and tiles for other pages.

The page on which whoever runs the platform lets regions take part, by their packs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from access.matrix import Deed
from registration import lookups, pack
from registration.commands import PutRegion
from registration.domain.statuses import ApplicationStatus
from registration.handlers import regions
from registration.models import Application, Mission
from registration.pages import company, layout
from registration.queries import applications, companies, missions, overview
from registration.schemas.values import ids_in
from registration.status_texts import spoken
from servicekit.auth.actors import Actor
from servicekit.data import clock
from servicekit.privacy import contacts
from servicekit.texts import languages
from servicekit.texts.languages import noop as _
from servicekit.web.endpoints import reads, writes

FEWEST_REGIONS = 2
"""A mission leads from one region to another."""


@dataclass(frozen=True, kw_only=True)
class FirstRun:
    """How far a platform is prepared for its first mission."""

    regions: Sequence[str]
    """Names of the regions that take part."""
    addable: Sequence[tuple[str, str]]
    """Codes and names of the regions of which there is a pack, and that do not take part yet."""

    @property
    def has_regions(self) -> bool:
        """Whether there are enough for a mission."""
        return len(self.regions) >= FEWEST_REGIONS


def steps(session: Session) -> FirstRun:
    """Tell how far the platform is prepared."""
    taking_part = layout.region_choices(session)
    language = languages.of_request()
    packs = {code: languages.pick(dict(one.names), language) for code, one in pack.regions(session).items()}
    addable = sorted(((code, name) for code, name in packs.items() if code not in taking_part), key=lambda one: one[1])
    return FirstRun(regions=list(taking_part.values()), addable=addable)


MOST_PEOPLE = 200

blueprint = Blueprint("pages", __name__, template_folder="../templates")


@blueprint.app_template_filter("spoken")
def say_status(status: Any) -> str:
    """Say a status in the reader's words."""
    return spoken(status)


@blueprint.app_template_filter("pick")
def pick(texts: dict[str, str]) -> str:
    """Choose the reader's language of a text, else any."""
    return languages.pick(texts, languages.of_request())


@blueprint.app_template_filter("on_the_wire")
def on_the_wire(email: str) -> str:
    """Return an address as mail servers write it, where that differs: it tells look-alike letters apart."""
    if email.isascii():
        return ""
    return contacts.email_on_the_wire(email)


@blueprint.app_template_global("statuses")
def statuses() -> list[dict[str, str]]:
    """List the statuses of an application to choose from."""
    chosen = [{"value": status.value, "label": spoken(status)} for status in ApplicationStatus]
    return [{"value": "", "label": layout.say(_("any"))}, *chosen]


@blueprint.get("/")
@reads(Deed.SELF)
def show_missions(session: Session, actor: Actor) -> str:
    """Show the missions at a glance: what waits in each for whoever organises them; to companies, their own."""
    if not companies.is_of_office(actor):
        return company.home(session, actor)
    return organisers_home(session, actor.doing(Deed.MISSIONS_READ), {})


def organisers_home(session: Session, actor: Actor, errors: Mapping[str, str]) -> str:
    """Show the missions at a glance; on a platform without one, its first steps and what is wrong with them."""
    now = clock.now(session)
    found = missions.missions(session, now, actor)
    return render_template(
        "registration/missions.html",
        frame=layout.general(layout.say(_("Missions")), "missions"),
        missions=found,
        standings=overview.standings(session, [mission for mission, _count, _stage in found], actor),
        now=now,
        may_plan=actor.may_somewhere(Deed.MISSIONS_PLAN),
        may_look=actor.may_somewhere(Deed.REPORTS_READ),
        first_run=steps(session) if not found and actor.may_everywhere(Deed.REGIONS_MANAGE) else None,
        errors=errors,
    )


@blueprint.get("/missions/<uuid:mission_id>")
@reads(Deed.REPORTS_READ)
def show_mission(session: Session, actor: Actor, mission_id: UUID) -> str:
    """Show where a mission stands, what waits for whoever organises it, and its agenda."""
    mission = lookups.find(session, Mission, mission_id, actor)
    now = clock.now(session)
    frame = layout.of_mission(mission, pick(mission.titles), where=layout.name_of(mission))
    return render_template(
        "registration/mission.html",
        frame=frame,
        mission=mission,
        now=now,
        day=now.astimezone(ZoneInfo(mission.timezone)).date(),
        stage=missions.stage(mission, now),
        standing=overview.standings(session, [mission], actor)[mission.id],
        summary=applications.summary(session, mission, actor),
        complete=overview.complete_profiles(session, mission),
        by_region=overview.by_region(session, mission, actor),
        arrivals=overview.by_day(session, mission, actor),
        days=missions.agenda(session, mission, actor),
        reads_mail=actor.may_somewhere(Deed.MESSAGES_READ),
    )


@blueprint.get("/missions/<uuid:mission_id>/applications/<uuid:application_id>")
@reads(Deed.APPLICATIONS_READ)
def show_application(session: Session, actor: Actor, mission_id: UUID, application_id: UUID) -> str:
    """Show an application with its profile and its people."""
    application = lookups.find(session, Application, application_id, actor)
    if application.mission_id != mission_id:
        raise lookups.absent(Application, application_id)
    mission = lookups.known(session, Mission, mission_id)
    shown = missions.application(session, application, actor)
    organisation = shown.row.organisation
    frame = layout.of_mission(mission, pick(organisation.names), where=layout.name_of(mission))
    return render_template(
        "registration/application.html", frame=frame, mission=mission, organisation=organisation, shown=shown
    )


@blueprint.get("/tiles/people")
@reads(Deed.PEOPLE_READ)
def show_people(session: Session, actor: Actor) -> str:
    """Name some delegates, for a page of another service; ids that nobody has are left out."""
    ids = ids_in(request.args.getlist("ids"), most=MOST_PEOPLE)
    return render_template("registration/people.html", people=missions.people(session, ids, actor))


regions_blueprint = Blueprint("region_pages", __name__)


@regions_blueprint.post("/regions")
@writes(Deed.REGIONS_MANAGE)
def add(session: Session, actor: Actor) -> BaseResponse:
    """Let regions take part that were chosen among those with a pack; others are left out."""
    chosen = [code for code in dict.fromkeys(request.form.getlist("codes")) if code in pack.regions(session)]
    if not chosen:
        said = {"codes": layout.say(_("Choose the regions that take part."))}
        page = organisers_home(session, actor.doing(Deed.MISSIONS_READ), said)
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    for code in chosen:
        regions.put_region(session, PutRegion(code=code), actor)
    return redirect(url_for("pages.show_missions"), HTTPStatus.SEE_OTHER)
