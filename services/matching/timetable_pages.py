"""What an organiser does with a timetable that is being made: start, stop, publish it or throw it away."""

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, make_response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from access.matrix import Deed
from matching import frames, hall_view, loading
from matching.commands import StartTimetableRun
from matching.handlers import runs, stopping
from matching.models import TimetableRun
from servicekit.auth import Actor
from servicekit.endpoints import writes
from servicekit.languages import noop as _

blueprint = Blueprint("timetables", __name__)

SHORTEST, LONGEST, TOO_LONG = 1, 300, 5
_RUN = "/timetable-runs/<uuid:run_id>"


@blueprint.post("/missions/<uuid:mission_id>/timetable-run")
@writes(Deed.MEETINGS_RUN)
def start(session: Session, actor: Actor, mission_id: UUID) -> Response:
    """Let the solver look for a timetable, and go back to see how far it is; a wrong limit is shown at its field."""
    mission = loading.own_mission(session, mission_id, actor)
    given = request.form.get("time_limit_seconds", "").strip()
    limit = int(given) if given.isdecimal() and len(given) < TOO_LONG else None
    if given and (limit is None or not SHORTEST <= limit <= LONGEST):
        wrong = {"time_limit_seconds": frames.say(_("Give a whole number of seconds, from 1 to 300."))}
        said = hall_view.Said(errors=wrong, given={"time_limit_seconds": given})
        answer = make_response(hall_view.page(session, actor, mission, said))
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return answer
    return _back(runs.start_run(session, StartTimetableRun(mission_id=mission_id, time_limit_seconds=limit), actor))


@blueprint.post(f"{_RUN}/stop")
@writes(Deed.MEETINGS_RUN)
def stop(session: Session, actor: Actor, run_id: UUID) -> Response:
    """End the search with the best so far, and go back to the timetable."""
    return _back(stopping.stop_run(session, run_id, actor))


@blueprint.post(f"{_RUN}/publication")
@writes(Deed.MEETINGS_RUN)
def publish(session: Session, actor: Actor, run_id: UUID) -> Response:
    """Publish the solution and show who was told; one that is made anew first is waited for at the timetable."""
    run = runs.publish_run(session, run_id, actor)
    if run.number is None:
        return _back(run)
    shown = url_for("pages.show_timetable", mission_id=run.mission_id, version=run.number, published=1)
    return redirect(shown, HTTPStatus.SEE_OTHER)


@blueprint.post(f"{_RUN}/discard")
@writes(Deed.MEETINGS_RUN)
def discard(session: Session, actor: Actor, run_id: UUID) -> Response:
    """Throw the solution away, and go back to the timetable."""
    return _back(stopping.discard_run(session, run_id, actor))


def _back(run: TimetableRun) -> Response:
    return redirect(url_for("pages.show_timetable", mission_id=run.mission_id), HTTPStatus.SEE_OTHER)
