"""What an organiser does with a timetable that is being made: watch it, stop it, publish it or throw it away."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from access.matrix import Deed
from matching import queries
from matching.errors import HallUnusableError
from matching.handlers import previews, runs, stopping
from matching.models import MissionCopy, TimetableRun
from matching.models.runs import RunStatus
from matching.queries import timetables
from matching.scope import SCOPE
from servicekit import languages
from servicekit.auth import Actor
from servicekit.endpoints import writes

blueprint = Blueprint("timetables", __name__)

_RUN = "/timetable-runs/<uuid:run_id>"


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A run that is not published yet; what publishing would do, once it is solved, and who would be told."""

    run: TimetableRun
    preview: dict[str, Any] | None
    told: list[str]


def waiting(session: Session, mission: MissionCopy, actor: Actor) -> list[Waiting]:
    """Return the runs of a mission that are not settled, where the actor may decide about them, the newest first."""
    if not SCOPE.allows(session, actor, mission, Deed.MEETINGS_RUN):
        return []
    return [_waiting(session, run, actor) for run in timetables.open_runs(session, mission.id, actor)]


def _waiting(session: Session, run: TimetableRun, actor: Actor) -> Waiting:
    preview = _preview(session, run, actor)
    told = preview["told"]["organisations"] if preview else []
    names = queries.names_of(session, told, languages.of_request(), actor)
    return Waiting(run=run, preview=preview, told=sorted(names[id_] for id_ in told))


def _preview(session: Session, run: TimetableRun, actor: Actor) -> dict[str, Any] | None:
    """Tell what publishing a run would do; nothing where it is not solved, or the programme can be used no more."""
    if run.status != RunStatus.SOLVED:
        return None
    try:
        return previews.preview_of_run(session, run.id, actor)
    except HallUnusableError:
        return None


@blueprint.post(f"{_RUN}/stop")
@writes(Deed.MEETINGS_RUN)
def stop(session: Session, actor: Actor, run_id: UUID) -> Response:
    """End the search with the best so far, and go back to the timetable."""
    return _back(stopping.stop_run(session, run_id, actor))


@blueprint.post(f"{_RUN}/publication")
@writes(Deed.MEETINGS_RUN)
def publish(session: Session, actor: Actor, run_id: UUID) -> Response:
    """Publish the solution, and go back to the timetable."""
    return _back(runs.publish_run(session, run_id, actor))


@blueprint.post(f"{_RUN}/discard")
@writes(Deed.MEETINGS_RUN)
def discard(session: Session, actor: Actor, run_id: UUID) -> Response:
    """Throw the solution away, and go back to the timetable."""
    return _back(stopping.discard_run(session, run_id, actor))


def _back(run: TimetableRun) -> Response:
    return redirect(url_for("pages.show_timetable", mission_id=run.mission_id), HTTPStatus.SEE_OTHER)
