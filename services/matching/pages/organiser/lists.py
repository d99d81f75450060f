"""What is done to lists by hand: looked at as a whole, sent out, and partners set aside in them."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from access.matrix import Deed
from matching import lookups, queries
from matching.commands import GiveSignal
from matching.handlers.recommendations import list_publication, lists, rounds
from matching.models import Signal
from matching.pages import layout
from matching.queries.exposure import exposure
from matching.queries.recommendations import scoring_round
from matching.schemas.signals import SaidSchema
from servicekit.auth.actors import Actor
from servicekit.data import clock
from servicekit.problems import InvalidInputError
from servicekit.texts import languages
from servicekit.texts.languages import noop as _
from servicekit.web.body import invalid
from servicekit.web.endpoints import reads, writes

blueprint = Blueprint("lists", __name__)

MOST_ROWS = 200
"""Organisations on the page: those that are shown least; the API tells all."""


@blueprint.get("/missions/<uuid:mission_id>/exposure")
@reads(Deed.MEETINGS_RUN)
def show_exposure(session: Session, actor: Actor, mission_id: UUID) -> str:
    """Show in how many lists each organisation is, why some are in none, and whether the lists have changed."""
    mission = lookups.known_mission(session, mission_id, actor)
    found = exposure(session, mission_id, lookups.rules_for(session, mission), actor)
    rows = found["organisations"][:MOST_ROWS]
    title = layout.say(_("Who is shown to whom"))
    return render_template(
        "matching/exposure.html",
        frame=layout.of_mission(mission, title, "recommendations", clock.now(session)),
        mission=mission,
        found=found,
        round=scoring_round(session, mission_id, actor),
        is_over=mission.is_over(clock.now(session)),
        rows=rows,
        names=queries.names_of(session, (row.organisation_id for row in rows), languages.of_request(), actor),
    )


@blueprint.post("/missions/<uuid:mission_id>/recommendations/publication")
@writes(Deed.MEETINGS_RUN)
def publish(session: Session, actor: Actor, mission_id: UUID) -> Response:
    """Send the lists out, those that have changed, and go back to the figures."""
    list_publication.publish_recommendations(session, mission_id, actor)
    return redirect(url_for("lists.show_exposure", mission_id=mission_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/missions/<uuid:mission_id>/recommendations/stop")
@writes(Deed.MEETINGS_RUN)
def stop(session: Session, actor: Actor, mission_id: UUID) -> Response:
    """Stop the scoring that is going on, and go back to the figures."""
    rounds.stop_round(session, mission_id, actor)
    return redirect(url_for("lists.show_exposure", mission_id=mission_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/missions/<uuid:mission_id>/recommendations/resumption")
@writes(Deed.MEETINGS_RUN)
def resume(session: Session, actor: Actor, mission_id: UUID) -> Response:
    """Let a stopped scoring go on, and go back to the figures."""
    rounds.resume_round(session, mission_id, actor)
    return redirect(url_for("lists.show_exposure", mission_id=mission_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/missions/<uuid:mission_id>/signals")
@writes(Deed.REQUESTS_WRITE)
def give_signal(session: Session, actor: Actor, mission_id: UUID) -> Response:
    """Set a partner aside, and go back to the list, which shows it no more."""
    return _back(lists.give_signal(session, GiveSignal(mission_id=mission_id, **_said()), actor))


@blueprint.post("/signals/<uuid:signal_id>/withdrawal")
@writes(Deed.REQUESTS_WRITE)
def take_signal_back(session: Session, actor: Actor, signal_id: UUID) -> Response:
    """Let a partner come back, and go back to the list."""
    return _back(lists.take_signal_back(session, signal_id, actor))


def _said() -> dict[str, Any]:
    """Read what the form says, and of whom."""
    try:
        said: dict[str, Any] = SaidSchema().load({name: request.form.get(name) for name in SaidSchema().fields})
    except ValidationError as error:
        raise InvalidInputError(errors=invalid(error).errors) from error
    return said


def _back(signal: Signal) -> Response:
    """Go back to the list of the organiser, or to that of the company where the form stood there."""
    page = "partners.show_partners" if request.form.get("page") == "partners" else "pages.show_recommendations"
    whose = url_for(
        page,
        mission_id=signal.mission_id,
        organisation_id=signal.organisation_id,
        said=signal.id,
    )
    return redirect(whose, HTTPStatus.SEE_OTHER)
