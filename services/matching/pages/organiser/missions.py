"""The pages of matching: missions, recommendations, the hall timetable, the report."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from access.matrix import Deed
from matching import lookups, queries
from matching.domain.report_figures import CheckStatus
from matching.pages import layout
from matching.pages.organiser import timetable
from matching.queries import missions, timetables
from matching.queries.agreements import agreements as agreements_of
from matching.queries.agreements import described
from matching.queries.exposure import publication, quality_of
from matching.queries.recommendations import partners, partners_known, ratings_by, scoring_round, set_aside
from matching.queries.report import flows, report
from matching.scope import SCOPE, speaks_for
from matching.status_texts import aim_in_words, spoken
from servicekit.auth.actors import Actor
from servicekit.data import clock
from servicekit.texts import languages
from servicekit.texts.languages import noop as _
from servicekit.web.endpoints import reads

blueprint = Blueprint("pages", __name__, template_folder="../../templates")


@blueprint.app_template_filter("pick")
def pick(texts: dict[str, str]) -> str:
    """Choose the reader's language of a text, else any."""
    return languages.pick(texts, languages.of_request())


@blueprint.app_template_filter("spoken")
def speak(code: Any) -> str:
    """Say a state, a cause or a reason in the reader's words."""
    return spoken(str(code))


@blueprint.app_template_filter("aim")
def aim(code: str) -> str:
    """Say what an aim of timetables counts."""
    return aim_in_words(code)


@blueprint.app_template_filter("as_id")
def as_id(text: str) -> UUID:
    """Read an id that a document holds as text."""
    return UUID(text)


@blueprint.get("/")
@reads(Deed.MEETINGS_READ)
def show_missions(session: Session, actor: Actor) -> str:
    """List the missions that were heard of, the latest first, and how far their meetings are."""
    rows = [(mission, missions.summary(session, mission, actor)) for mission in missions.missions(session, actor)]
    frame = layout.general(layout.say(_("Meetings")), "meetings")
    return render_template("matching/missions.html", frame=frame, rows=rows)


@blueprint.get("/missions/<uuid:mission_id>/recommendations")
@reads(Deed.MEETINGS_READ)
def show_recommendations(session: Session, actor: Actor, mission_id: UUID) -> str:
    """Show whom an organisation should meet, and why; the first guest where none was chosen."""
    mission = lookups.known_mission(session, mission_id, actor)
    sides = missions.sides(session, mission_id, actor)
    names = queries.names_of(session, sides, languages.of_request(), actor)
    listed = sorted(sides, key=lambda id_: (sides[id_], names[id_]))
    chosen = next((id_ for id_ in listed if str(id_) == request.args.get("organisation_id")), next(iter(listed), None))
    found = partners(session, mission_id, chosen, languages.of_request(), actor) if chosen else []
    aside = set_aside(session, mission_id, chosen, actor) if chosen else []
    ends = [row["organisation_id"] for row in found] + [signal.partner_id for signal in aside]
    speaks = chosen is not None and speaks_for(session, actor.doing(Deed.REQUESTS_WRITE), mission_id, chosen)
    title = layout.say(_("Recommendations"))
    return render_template(
        "matching/recommendations.html",
        frame=layout.of_mission(mission, title, "recommendations", clock.now(session)),
        mission=mission,
        options=[{"value": str(id_), "label": f"{names[id_]}, {spoken(sides[id_])}"} for id_ in listed],
        chosen=chosen,
        names=names | queries.names_of(session, ends, languages.of_request(), actor),
        known=partners_known(session, found, actor),
        partners=found,
        meetings=timetables.meetings_of(session, mission_id, chosen, actor) if chosen else {},
        standing=publication(session, mission_id, actor),
        round=scoring_round(session, mission_id, actor),
        aside=aside,
        speaks=speaks,
        ratings=ratings_by(session, mission_id, chosen, actor) if chosen and speaks else {},
        is_over=mission.is_over(clock.now(session)),
        runs=SCOPE.allows(session, actor, mission, Deed.MEETINGS_RUN),
    )


@blueprint.get("/missions/<uuid:mission_id>/timetable")
@reads(Deed.TIMETABLES_READ)
def show_timetable(session: Session, actor: Actor, mission_id: UUID) -> str:
    """Show the hall by tables or by people, who has no meeting, or a version and what changed with it."""
    return timetable.render_page(session, actor, lookups.known_mission(session, mission_id, actor))


@blueprint.get("/missions/<uuid:mission_id>/report")
@reads(Deed.REPORTS_READ)
def show_report(session: Session, actor: Actor, mission_id: UUID) -> str:
    """Show the figures of a mission at one check, each rate with its definition."""
    mission = lookups.known_mission(session, mission_id, actor)
    rules = lookups.rules_for(session, mission)
    figures = report(session, mission, rules, actor)
    months = request.args.get("months", "")
    chosen = months if months in figures["at_months"] else _newest_answered(figures)
    signed = described(session, agreements_of(session, mission_id, actor), actor)
    ids = {agreement[end] for agreement in signed for end in ("guest_id", "host_id")}
    return render_template(
        "matching/report.html",
        frame=layout.of_mission(mission, layout.say(_("Report")), "report", clock.now(session)),
        mission=mission,
        report=figures,
        months=chosen,
        at=figures["at_months"][chosen],
        agreements=_by_outcome(signed, int(chosen)),
        types=rules.agreement_types,
        quality=quality_of(session, mission, actor),
        flows=flows(session, mission_id, languages.of_request(), actor),
        names=queries.names_of(session, ids, languages.of_request(), actor),
    )


def _newest_answered(figures: dict[str, Any]) -> str:
    """Name the latest check of a report that has answers, else the first one."""
    missing, signed = figures["not_recorded"], figures["agreements_signed"]
    answered = [months for months in figures["at_months"] if missing[months] < signed]
    return str(answered[-1] if answered else next(iter(figures["at_months"])))


def _by_outcome(signed: list[dict[str, Any]], months: int) -> list[dict[str, Any]]:
    """Number agreements with the answer of one check: what was realised first, what is not recorded last."""
    at_check: list[dict[str, Any]] = [
        next((check for check in row["checks"] if check["months"] == months), {}) for row in signed
    ]
    told = [
        row | {"status": check.get("status"), "realised_amount": check.get("realised_amount")}
        for row, check in zip(signed, at_check, strict=True)
    ]
    order = [*CheckStatus, None]
    ranked = sorted(told, key=lambda row: order.index(row["status"]))
    return [row | {"n": number} for number, row in enumerate(ranked, 1)]
