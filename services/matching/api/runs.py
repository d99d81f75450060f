"""Runs of the solver."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from access.matrix import Deed
from matching import lookups
from matching.errors import RunNotFoundError
from matching.handlers.timetable import drafts, runs
from matching.models import TimetableRun
from matching.schemas.drafts import RunPreviewSchema
from matching.schemas.timetables import RunSchema
from servicekit.auth.actors import Actor
from servicekit.texts.languages import noop as _
from servicekit.web.endpoints import ApiBlueprint, reads, writes

blueprint = ApiBlueprint(
    "timetable_runs", __name__, url_prefix="/v1/timetable-runs", description="Runs of the timetable solver."
)


@blueprint.get("/<uuid:run_id>")
@reads(Deed.MEETINGS_RUN)
@blueprint.response(200, RunSchema)
def read_run(session: Session, actor: Actor, run_id: UUID) -> TimetableRun:
    """Tell how far a run is."""
    absent = RunNotFoundError(_("There is no timetable run %(id)s."), id=run_id)
    return lookups.find(session, TimetableRun, run_id, actor, absent)


@blueprint.post("/<uuid:run_id>/publication")
@writes(Deed.MEETINGS_RUN)
@blueprint.response(200, RunSchema)
def publish_run(session: Session, actor: Actor, run_id: UUID) -> TimetableRun:
    """Publish the solution; if the mission has changed since, it is solved anew first and published then."""
    return runs.publish_run(session, run_id, actor)


@blueprint.get("/<uuid:run_id>/preview")
@reads(Deed.MEETINGS_RUN)
@blueprint.response(200, RunPreviewSchema)
@blueprint.alt_response(409, response="CONFLICT")
def preview_run(session: Session, actor: Actor, run_id: UUID) -> dict[str, Any]:
    """Tell what publishing the solution would change, and who would be told."""
    return drafts.preview_of_run(session, run_id, actor)


@blueprint.post("/<uuid:run_id>/stop")
@writes(Deed.MEETINGS_RUN)
@blueprint.response(200, RunSchema)
def stop_run(session: Session, actor: Actor, run_id: UUID) -> TimetableRun:
    """End the search: within two seconds it is solved with the best so far; one that waits is cancelled."""
    return runs.stop_run(session, run_id, actor)


@blueprint.post("/<uuid:run_id>/discard")
@writes(Deed.MEETINGS_RUN)
@blueprint.response(200, RunSchema)
def discard_run(session: Session, actor: Actor, run_id: UUID) -> TimetableRun:
    """Throw the solution away."""
    return runs.discard_run(session, run_id, actor)
