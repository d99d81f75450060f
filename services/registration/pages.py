"""The pages of registration: missions, their participants and agenda, one application; and tiles for other pages."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from registration import finding, page_queries, queries
from registration.domain.statuses import ApplicationStatus
from registration.models import Application, Mission, Organisation
from registration.page_queries import Filter
from registration.schemas.values import ids_in
from registration.words import spoken
from servicekit import formats, languages
from servicekit.auth import Actor
from servicekit.endpoints import reads
from servicekit.languages import noop as _
from servicekit.pages import Frame, Link

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


@blueprint.app_template_global("statuses")
def statuses() -> list[dict[str, str]]:
    """List the statuses of an application to choose from."""
    chosen = [{"value": status.value, "label": spoken(status)} for status in ApplicationStatus]
    return [{"value": "", "label": _say(_("any"))}, *chosen]


@blueprint.get("/")
@reads
def show_missions(session: Session, actor: Actor) -> str:
    """List the missions, the latest first."""
    found = page_queries.missions(session, actor)
    return render_template("registration/missions.html", frame=_frame(_say(_("Missions"))), missions=found)


@blueprint.get("/missions/<uuid:mission_id>")
@reads
def show_mission(session: Session, actor: Actor, mission_id: UUID) -> str:
    """Show a mission: who takes part, and the agenda."""
    mission = finding.find(session, Mission, mission_id)
    wanted = Filter.of(request.args)
    return render_template(
        "registration/mission.html",
        frame=_frame_of(mission, pick(mission.titles)),
        mission=mission,
        wanted=wanted,
        rows=page_queries.rows(session, mission, wanted, actor),
        summary=queries.summary(session, mission, actor),
        days=page_queries.agenda(session, mission, actor),
    )


@blueprint.get("/missions/<uuid:mission_id>/applications/<uuid:application_id>")
@reads
def show_application(session: Session, actor: Actor, mission_id: UUID, application_id: UUID) -> str:
    """Show an application with its profile and its people."""
    mission = finding.find(session, Mission, mission_id)
    application = finding.find(session, Application, application_id)
    if application.mission_id != mission.id:
        raise finding.absent(Application, application_id)
    organisation = session.get_one(Organisation, application.organisation_id)
    shown = page_queries.application(session, application, actor)
    frame = _frame_of(mission, pick(organisation.names))
    return render_template(
        "registration/application.html", frame=frame, mission=mission, organisation=organisation, shown=shown
    )


@blueprint.get("/tiles/people")
@reads
def show_people(session: Session, actor: Actor) -> str:
    """Name some delegates, for a page of another service; ids that nobody has are left out."""
    ids = ids_in(request.args.getlist("ids"), most=MOST_PEOPLE)
    return render_template("registration/people.html", people=page_queries.people(session, ids, actor))


def _frame(title: str) -> Frame:
    nav = [
        Link(key="missions", label=_say(_("Missions")), url=url_for("pages.show_missions")),
        Link(key="matching", label=_say(_("Meetings")), url="/matching/"),
        Link(key="mail", label=_say(_("Mail")), url="/notifications/"),
    ]
    return Frame(title, nav, "missions")


def _frame_of(mission: Mission, title: str) -> Frame:
    inner = f"/missions/{mission.id}"
    nav = [
        Link(key="missions", label=_say(_("Missions")), url=url_for("pages.show_missions")),
        Link(
            key="mission",
            label=_say(_("Participants")),
            url=url_for("pages.show_mission", mission_id=mission.id),
        ),
        Link(key="recommendations", label=_say(_("Recommendations")), url=f"/matching{inner}/recommendations"),
        Link(key="timetable", label=_say(_("Timetable")), url=f"/matching{inner}/timetable"),
        Link(key="report", label=_say(_("Report")), url=f"/matching{inner}/report"),
        Link(key="mail", label=_say(_("Mail")), url="/notifications/"),
    ]
    language = languages.of_request()
    days = formats.days(mission.starts_on, mission.ends_on, language=language)
    zone = formats.zone_name(mission.timezone, mission.days.starts_at, language=language)
    note = _say(_("Times on this page: %(zone)s")) % {"zone": zone}
    return Frame(title, nav, "mission", where=f"{pick(mission.titles)}, {days}", note=note)


def _say(message: str) -> str:
    return languages.translations(("servicekit", "registration"), languages.of_request()).gettext(message)
