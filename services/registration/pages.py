"""The pages of registration: missions, their participants and agenda, one application; and tiles for other pages."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from access.matrix import Deed
from registration import (
    company_pages,
    company_queries,
    finding,
    first_run,
    frames,
    overview,
    page_queries,
    queries,
)
from registration.domain.statuses import ApplicationStatus
from registration.models import Application, Mission
from registration.schemas.values import ids_in
from registration.words import spoken
from servicekit import clock, contacts, languages
from servicekit.auth import Actor
from servicekit.endpoints import reads
from servicekit.languages import noop as _

MOST_PEOPLE = 200

blueprint = Blueprint("pages", __name__, template_folder="templates")


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
    return [{"value": "", "label": frames.say(_("any"))}, *chosen]


@blueprint.get("/")
@reads(Deed.SELF)
def show_missions(session: Session, actor: Actor) -> str:
    """Show the missions at a glance: what waits in each for whoever organises them; to companies, their own."""
    if not company_queries.is_of_office(actor):
        return company_pages.home(session, actor)
    return organisers_home(session, actor.doing(Deed.MISSIONS_READ), {})


def organisers_home(session: Session, actor: Actor, errors: Mapping[str, str]) -> str:
    """Show the missions at a glance; on a platform without one, its first steps and what is wrong with them."""
    now = clock.now(session)
    found = page_queries.missions(session, now, actor)
    return render_template(
        "registration/missions.html",
        frame=frames.general(frames.say(_("Missions")), "missions"),
        missions=found,
        standings=overview.standings(session, [mission for mission, _count, _stage in found], actor),
        now=now,
        may_plan=actor.may_somewhere(Deed.MISSIONS_PLAN),
        may_look=actor.may_somewhere(Deed.REPORTS_READ),
        first_run=first_run.steps(session) if not found and actor.may_everywhere(Deed.REGIONS_MANAGE) else None,
        errors=errors,
    )


@blueprint.get("/missions/<uuid:mission_id>")
@reads(Deed.REPORTS_READ)
def show_mission(session: Session, actor: Actor, mission_id: UUID) -> str:
    """Show where a mission stands, what waits for whoever organises it, and its agenda."""
    mission = finding.find(session, Mission, mission_id, actor)
    now = clock.now(session)
    frame = frames.of_mission(mission, pick(mission.titles), where=frames.name_of(mission))
    return render_template(
        "registration/mission.html",
        frame=frame,
        mission=mission,
        now=now,
        day=now.astimezone(ZoneInfo(mission.timezone)).date(),
        stage=page_queries.stage(mission, now),
        standing=overview.standings(session, [mission], actor)[mission.id],
        summary=queries.summary(session, mission, actor),
        complete=overview.complete_profiles(session, mission),
        by_region=overview.by_region(session, mission, actor),
        arrivals=overview.by_day(session, mission, actor),
        days=page_queries.agenda(session, mission, actor),
        reads_mail=actor.may_somewhere(Deed.MESSAGES_READ),
    )


@blueprint.get("/missions/<uuid:mission_id>/applications/<uuid:application_id>")
@reads(Deed.APPLICATIONS_READ)
def show_application(session: Session, actor: Actor, mission_id: UUID, application_id: UUID) -> str:
    """Show an application with its profile and its people."""
    application = finding.find(session, Application, application_id, actor)
    if application.mission_id != mission_id:
        raise finding.absent(Application, application_id)
    mission = finding.known(session, Mission, mission_id)
    shown = page_queries.application(session, application, actor)
    organisation = shown.row.organisation
    frame = frames.of_mission(mission, pick(organisation.names), where=frames.name_of(mission))
    return render_template(
        "registration/application.html", frame=frame, mission=mission, organisation=organisation, shown=shown
    )


@blueprint.get("/tiles/people")
@reads(Deed.PEOPLE_READ)
def show_people(session: Session, actor: Actor) -> str:
    """Name some delegates, for a page of another service; ids that nobody has are left out."""
    ids = ids_in(request.args.getlist("ids"), most=MOST_PEOPLE)
    return render_template("registration/people.html", people=page_queries.people(session, ids, actor))
