"""The pages of matching: missions, recommendations, the hall timetable, the report."""

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, render_template, request, url_for
from sqlalchemy.orm import Session

from matching import queries
from matching.errors import TimetableNotFoundError
from matching.handlers import loading
from matching.models import MissionCopy
from matching.queries import boards, missions, timetables
from matching.queries.agreements import agreements as agreements_of
from matching.queries.agreements import described
from matching.queries.recommendations import partners
from matching.queries.report import report
from matching.words import spoken
from servicekit import clock, formats, languages
from servicekit.auth import Actor
from servicekit.endpoints import reads
from servicekit.languages import noop as _
from servicekit.pages import Frame, Link

blueprint = Blueprint("pages", __name__, template_folder="templates")


@blueprint.app_template_filter("pick")
def pick(texts: dict[str, str]) -> str:
    """Choose the reader's language of a text, else any."""
    return languages.pick(texts, languages.of_request())


@blueprint.app_template_filter("spoken")
def speak(code: Any) -> str:
    """Say a state, a cause or a reason in the reader's words."""
    return spoken(str(code))


@blueprint.app_template_filter("as_id")
def as_id(text: str) -> UUID:
    """Read an id that a document holds as text."""
    return UUID(text)


@blueprint.get("/")
@reads
def show_missions(session: Session, actor: Actor) -> str:
    """List the missions that were heard of, the latest first."""
    rows = [(mission, missions.summary(session, mission)) for mission in missions.missions(session)]
    return render_template("matching/missions.html", frame=Frame(_say(_("Missions")), home="/registration/"), rows=rows)


@blueprint.get("/missions/<uuid:mission_id>/recommendations")
@reads
def show_recommendations(session: Session, actor: Actor, mission_id: UUID) -> str:
    """Show whom an organisation should meet, and why; the first guest where none was chosen."""
    mission = loading.known_mission(session, mission_id)
    sides = {row.organisation_id: row.side for row in queries.participants(session, mission_id) if row.is_in}
    names = queries.names_of(session, sides, languages.of_request())
    listed = sorted(sides, key=lambda id_: (sides[id_], names[id_]))
    chosen = next((id_ for id_ in listed if str(id_) == request.args.get("organisation_id")), next(iter(listed), None))
    found = partners(session, mission_id, chosen) if chosen else []
    return render_template(
        "matching/recommendations.html",
        frame=_frame(session, mission, _say(_("Recommendations")), "recommendations"),
        options=[{"value": str(id_), "label": f"{names[id_]}, {spoken(sides[id_])}"} for id_ in listed],
        chosen=chosen,
        names=names | queries.names_of(session, (row["organisation_id"] for row in found), languages.of_request()),
        known=queries.organisations(session, (row["organisation_id"] for row in found)),
        partners=found,
        fresh=missions.summary(session, mission)["recommendations"]["fresh"],
    )


@blueprint.get("/missions/<uuid:mission_id>/timetable")
@reads
def show_timetable(session: Session, actor: Actor, mission_id: UUID) -> str:
    """Show a version of the hall's timetable, what changed with it, and who waits."""
    mission = loading.known_mission(session, mission_id)
    versions = timetables.timetables(session, mission_id)
    newest = versions[-1].number if versions else 0
    number = request.args.get("version", newest, type=int)
    version = timetables.timetable(session, mission_id, number)
    if version is None and number:
        raise TimetableNotFoundError(_("The mission has no timetable %(number)s."), number=number)
    days = boards.days(mission, version.meetings if version else [])
    day = request.args.get("day", "")
    shown = next((board for board in days if board.day.isoformat() == day), next(iter(days), None))
    lines = [*(version.meetings if version else []), *(version.unplaced if version else [])]
    ids = {UUID(line[end]) for line in lines for end in ("guest_id", "host_id")}
    ids |= boards.ends_of_changes(session, version)
    return render_template(
        "matching/timetable.html",
        frame=_frame(session, mission, _say(_("Timetable")), "timetable", broad=True),
        mission=mission,
        versions=versions,
        version=version,
        days=days,
        shown=shown,
        names=queries.names_of(session, ids, languages.of_request()),
        changes=boards.changes(session, version),
        now=clock.now(session),
    )


@blueprint.get("/missions/<uuid:mission_id>/report")
@reads
def show_report(session: Session, actor: Actor, mission_id: UUID) -> str:
    """Show the figures of a mission at one check, each rate with its definition."""
    mission = loading.known_mission(session, mission_id)
    rules = loading.rules_for(session, mission)
    figures = report(session, mission, rules)
    months = request.args.get("months", "")
    chosen = months if months in figures["at_months"] else next(iter(figures["at_months"]))
    signed = described(session, agreements_of(session, mission_id))
    ids = {agreement[end] for agreement in signed for end in ("guest_id", "host_id")}
    return render_template(
        "matching/report.html",
        frame=_frame(session, mission, _say(_("Report")), "report"),
        mission=mission,
        report=figures,
        months=chosen,
        at=figures["at_months"][chosen],
        agreements=signed,
        types=rules.agreement_types,
        names=queries.names_of(session, ids, languages.of_request()),
    )


def _frame(session: Session, mission: MissionCopy, title: str, active: str, *, broad: bool = False) -> Frame:
    days = formats.days(mission.starts_on, mission.ends_on, language=languages.of_request())
    now = clock.now(session)
    time = formats.local_time(now, mission.timezone, language=languages.of_request())
    zone = formats.zone_name(mission.timezone, now, language=languages.of_request())
    return Frame(
        title,
        [
            Link(key="mission", label=_say(_("Mission")), url=f"/registration/missions/{mission.id}"),
            *(
                Link(key=key, label=_say(label), url=url_for(f"pages.show_{key}", mission_id=mission.id))
                for key, label in _SECTIONS
            ),
            Link(key="mail", label=_say(_("Mail")), url="/notifications/"),
        ],
        active,
        where=f"{pick(mission.titles)}, {days}",
        home="/registration/",
        note=_say(_("All times: %(zone)s. Shown at %(time)s.")) % {"zone": zone, "time": time},
        broad=broad,
    )


_SECTIONS = (("recommendations", _("Recommendations")), ("timetable", _("Timetable")), ("report", _("Report")))


def _say(text: str) -> str:
    say = current_app.extensions["caravan.gettext"]()
    said: str = say(text)
    return said
