"""The pages on which a mission is planned, set, opened and closed."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from access.matrix import Deed
from registration import finding, frames, mission_forms, pack, page_queries
from registration.commands import ChangeMission, CloseMission, OpenMission
from registration.domain.statuses import MissionStatus
from registration.errors import TakenError
from registration.handlers import mission_changes, missions
from registration.models import Mission
from registration.schemas.missions import MissionChangesSchema, NewMissionSchema
from registration.schemas.values import all_optional
from servicekit import clock, languages
from servicekit.auth import Actor
from servicekit.body import invalid
from servicekit.endpoints import reads, writes
from servicekit.languages import noop as _
from servicekit.messages import translate_message
from servicekit.problems import InvalidInputError, NotFoundError
from servicekit.savepoints import savepoint

blueprint = Blueprint("planning", __name__)


@blueprint.get("/missions/new")
@reads(Deed.MISSIONS_PLAN)
def show_new(session: Session, actor: Actor) -> Response:
    """Ask for the kind of a new mission, then for the rest."""
    kind = request.args.get("kind", "")
    if not kind:
        return _kinds(session)
    return _new(session, kind, mission_forms.of_kind(_kind(session, kind)), {})


@blueprint.post("/missions/new")
@writes(Deed.MISSIONS_PLAN)
def plan(session: Session, actor: Actor) -> BaseResponse:
    """Plan a mission, and go on to its page; what cannot be right is shown beside its field."""
    given = mission_forms.typed(request.form)
    kind = given.get("kind", "")
    _kind(session, kind)
    filled = dict(given)
    filled["reference"] = given.get("reference") or mission_forms.short_name(given)
    filled["timezone"] = given.get("timezone") or mission_forms.zone_of(session, given.get("host_region", ""))
    try:
        with savepoint(session):
            command = NewMissionSchema().load(mission_forms.body(filled))
            mission = missions.plan_mission(session, command, actor)
    except ValidationError as error:
        return _new(session, kind, given, mission_forms.failures(invalid(error).errors))
    except InvalidInputError as error:
        return _new(session, kind, given, mission_forms.failures(error.errors))
    except TakenError as error:
        said = translate_message(error.detail, error.facts, frames.say)
        return _new(session, kind, given, {"reference": said})
    return redirect(url_for("pages.show_mission", mission_id=mission.id), HTTPStatus.SEE_OTHER)


@blueprint.get("/missions/<uuid:mission_id>/settings")
@reads(Deed.MISSIONS_RUN)
def show_settings(session: Session, actor: Actor, mission_id: UUID) -> Response:
    """Show what can be set of a mission."""
    mission = finding.find(session, Mission, mission_id, actor)
    return _settings(session, mission, mission_forms.of_mission(mission), {})


@blueprint.post("/missions/<uuid:mission_id>/settings")
@writes(Deed.MISSIONS_RUN)
def change(session: Session, actor: Actor, mission_id: UUID) -> BaseResponse:
    """Change a mission; what cannot be right is shown beside its field, and nothing changes."""
    mission = finding.find(session, Mission, mission_id, actor)
    given = mission_forms.typed(request.form)
    given = {name: text for name, text in given.items() if name not in mission_forms.CHOSEN_ONCE}
    try:
        with savepoint(session):
            changes = all_optional(MissionChangesSchema).load(mission_forms.body(given, mission))
            mission_changes.change_mission(session, ChangeMission(mission_id=mission_id, changes=changes), actor)
    except ValidationError as error:
        return _settings(session, mission, given, mission_forms.failures(invalid(error).errors))
    except InvalidInputError as error:
        return _settings(session, mission, given, mission_forms.failures(error.errors))
    return redirect(url_for("planning.show_settings", mission_id=mission_id, saved="yes"), HTTPStatus.SEE_OTHER)


@blueprint.get("/missions/<uuid:mission_id>/<any(opening, closing):turn>")
@reads(Deed.MISSIONS_RUN)
def ask_turn(session: Session, actor: Actor, mission_id: UUID, turn: str) -> str:
    """Ask whether a mission shall be opened, or closed, where no dialog can."""
    mission = finding.find(session, Mission, mission_id, actor)
    title = frames.say(_("Open the mission for applications?") if turn == "opening" else _("Close the mission?"))
    frame = frames.of_mission(mission, title, "settings", where=frames.name_of(mission))
    return render_template("registration/turn.html", frame=frame, mission=mission, turn=turn)


@blueprint.post("/missions/<uuid:mission_id>/<any(opening, closing):turn>")
@writes(Deed.MISSIONS_RUN)
def take_turn(session: Session, actor: Actor, mission_id: UUID, turn: str) -> BaseResponse:
    """Open or close a mission."""
    if turn == "opening":
        missions.open_mission(session, OpenMission(mission_id=mission_id), actor)
    else:
        missions.close_mission(session, CloseMission(mission_id=mission_id), actor)
    return redirect(url_for("pages.show_mission", mission_id=mission_id), HTTPStatus.SEE_OTHER)


def _kind(session: Session, kind: str) -> Any:
    found = pack.mission_kinds(session).get(kind)
    if found is None:
        raise NotFoundError(_("There is no such kind of mission here."))
    return found


def _kinds(session: Session) -> Response:
    frame = frames.general(frames.say(_("New mission")), "missions")
    kinds = sorted(pack.mission_kinds(session).values(), key=lambda kind: languages.pick(dict(kind.names), "en"))
    return make_response(render_template("registration/mission_kinds.html", frame=frame, kinds=kinds))


def _new(session: Session, kind: str, given: Mapping[str, str], errors: Mapping[str, str]) -> Response:
    frame = frames.general(frames.say(_("New mission")), "missions")
    regions = mission_forms.regions(session)
    shown = {"kind": _kind(session, kind), "regions": regions, "mission": None}
    if errors:
        errors = mission_forms.with_choices(given, errors, regions)
    page = render_template("registration/mission_form.html", frame=frame, given=given, errors=errors, **shown)
    return _answered(page, errors)


def _settings(session: Session, mission: Mission, given: Mapping[str, str], errors: Mapping[str, str]) -> Response:
    now = clock.now(session)
    has_begun = mission.status is not MissionStatus.DRAFT and now >= mission.days.starts_at
    frame = frames.of_mission(mission, frames.say(_("Settings")), "settings", where=frames.name_of(mission))
    page = render_template(
        "registration/mission_form.html",
        frame=frame,
        mission=mission,
        given=given,
        errors=errors,
        kind=pack.mission_kind(session, mission.kind),
        regions=mission_forms.regions(session),
        has_begun=has_begun,
        stage=page_queries.stage(mission, now),
        saved=request.args.get("saved") == "yes" and not errors,
    )
    return _answered(page, errors)


def _answered(page: str, errors: Mapping[str, str]) -> Response:
    answer = make_response(page)
    if errors:
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    return answer
