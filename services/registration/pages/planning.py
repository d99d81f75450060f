"""Plan and edit a mission.

The form of a mission: what it shows of one, and how what was typed becomes the body that the API takes.

The pages on which a mission is planned, set, opened and closed.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from access.matrix import Deed
from contracts.registration import Side, Texts
from packs.models import MissionKind
from registration import lookups, pack
from registration.commands import ChangeMission, CloseMission, OpenMission
from registration.domain.statuses import MissionStatus, Rules
from registration.errors import TakenError
from registration.handlers import missions
from registration.models import Mission, Region
from registration.pages import layout
from registration.pages.layout import TEXTS
from registration.queries import missions as mission_queries
from registration.schemas.missions import MissionChangesSchema, NewMissionSchema
from registration.schemas.values import all_optional
from servicekit.auth.actors import Actor
from servicekit.data import clock
from servicekit.data.database import savepoint
from servicekit.problems import InvalidInputError, NotFoundError, translate_message
from servicekit.texts import languages
from servicekit.texts.languages import noop as _
from servicekit.web.body import invalid
from servicekit.web.endpoints import reads, writes

WHEN = ("starts_on", "ends_on", "timezone")
PLAIN = ("organiser_phone", "organiser_email")
OPTIONAL = ("applications_until",)
REGIONS = ("guest_region", "host_region")
CHOSEN_ONCE = ("reference", "kind", *REGIONS)
LIMITS = ("max_meetings_per_person_per_day", "min_meetings_per_guest")
PLACES = tuple(f"rules/places/{side.value}" for side in Side)
FIELDS = (
    *(f"{name}/{language}" for name in TEXTS for language in languages.SUPPORTED),
    *(*WHEN, *PLAIN, *OPTIONAL, *CHOSEN_ONCE, *PLACES),
    *(f"rules/{name}" for name in LIMITS),
)
LONGEST = 1000
"""How much of what was typed is shown again."""


def typed(form: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed into the fields of the form."""
    return {name: form[name].strip()[:LONGEST] for name in FIELDS if name in form}


def of_kind(kind: MissionKind) -> dict[str, str]:
    """Return what a form says of a new mission of a kind: its rules and its places."""
    per_day, per_guest = (kind.rules.get(name) for name in LIMITS)
    places = pack.rules_of_kind(kind).places
    return _of_rules(Rules(max_meetings_per_person_per_day=per_day, min_meetings_per_guest=per_guest, places=places))


def of_mission(mission: Mission) -> dict[str, str]:
    """Return what a form says of a mission as it is."""
    said = {
        f"{name}/{language}": getattr(mission, name).get(language, "")
        for name in TEXTS
        for language in languages.SUPPORTED
    }
    plain = {name: str(getattr(mission, name) or "") for name in (*WHEN, *PLAIN, *OPTIONAL, *CHOSEN_ONCE)}
    return said | plain | _of_rules(mission.rules)


def body(given: Mapping[str, str], present: Mission | None = None) -> dict[str, Any]:
    """Return the body for the API; texts in languages that the form does not show stay as they are."""
    made: dict[str, Any] = {name: _texts(name, given, present) for name in TEXTS}
    made |= {name: given[name] for name in (*WHEN, *PLAIN, *CHOSEN_ONCE) if name in given}
    made |= {name: given[name] or None for name in OPTIONAL if name in given}
    limits = {name: _number(given[f"rules/{name}"]) for name in LIMITS if given.get(f"rules/{name}")}
    places = {name.rpartition("/")[2]: _number(given[name]) for name in PLACES if given.get(name)}
    return made | {"rules": {**limits, "places": places}}


def with_choices(given: Mapping[str, str], errors: Mapping[str, str], known: Mapping[str, str]) -> Mapping[str, str]:
    """Say of a region that was not chosen what to do about it, and nothing of the time zone that follows from it."""
    chosen = {name: layout.say(_("Choose a region.")) for name in REGIONS if given.get(name) not in known}
    if "host_region" in chosen and not given.get("timezone"):
        errors = {name: said for name, said in errors.items() if name != "timezone"}
    return {**errors, **chosen}


def zone_of(session: Session, code: str) -> str:
    """Return the time zone of a region; empty for one that is unknown."""
    return session.scalar(select(Region.timezone).where(Region.code == code)) or ""


def short_name(given: Mapping[str, str]) -> str:
    """Compose the short name of a mission where none was typed: its regions and its month."""
    regions_ = [given.get(name, "").partition("-")[2].lower() for name in ("guest_region", "host_region")]
    return "-".join(filter(None, [*regions_, given.get("starts_on", "")[:7]]))


def _texts(name: str, given: Mapping[str, str], present: Mission | None) -> Texts:
    kept = dict(getattr(present, name)) if present else {}
    said = {language: given.get(f"{name}/{language}", "") for language in languages.SUPPORTED}
    return {language: text for language, text in (kept | said).items() if text}


def _of_rules(rules: Rules) -> dict[str, str]:
    limits = {f"rules/{name}": str(value) for name in LIMITS if (value := getattr(rules, name)) is not None}
    return limits | {f"rules/places/{side}": str(number) for side, number in (rules.places or {}).items()}


def _number(text: str) -> int | str:
    """Read a number; what is none is left to the schema to refuse."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


blueprint = Blueprint("planning", __name__)


@blueprint.get("/missions/new")
@reads(Deed.MISSIONS_PLAN)
def show_new(session: Session, actor: Actor) -> Response:
    """Ask for the kind of a new mission, then for the rest."""
    kind = request.args.get("kind", "")
    if not kind:
        return _kinds(session)
    return _new(session, kind, of_kind(_kind(session, kind)), {})


@blueprint.post("/missions/new")
@writes(Deed.MISSIONS_PLAN)
def plan(session: Session, actor: Actor) -> BaseResponse:
    """Plan a mission, and go on to its page; what cannot be right is shown beside its field."""
    given = typed(request.form)
    kind = given.get("kind", "")
    _kind(session, kind)
    filled = dict(given)
    filled["reference"] = given.get("reference") or short_name(given)
    filled["timezone"] = given.get("timezone") or zone_of(session, given.get("host_region", ""))
    try:
        with savepoint(session):
            command = NewMissionSchema().load(body(filled))
            mission = missions.plan_mission(session, command, actor)
    except ValidationError as error:
        return _new(session, kind, given, layout.failures(invalid(error).errors))
    except InvalidInputError as error:
        return _new(session, kind, given, layout.failures(error.errors))
    except TakenError as error:
        said = translate_message(error.detail, error.facts, layout.say)
        return _new(session, kind, given, {"reference": said})
    return redirect(url_for("pages.show_mission", mission_id=mission.id), HTTPStatus.SEE_OTHER)


@blueprint.get("/missions/<uuid:mission_id>/settings")
@reads(Deed.MISSIONS_RUN)
def show_settings(session: Session, actor: Actor, mission_id: UUID) -> Response:
    """Show what can be set of a mission."""
    mission = lookups.find(session, Mission, mission_id, actor)
    return _settings(session, mission, of_mission(mission), {})


@blueprint.post("/missions/<uuid:mission_id>/settings")
@writes(Deed.MISSIONS_RUN)
def change(session: Session, actor: Actor, mission_id: UUID) -> BaseResponse:
    """Change a mission; what cannot be right is shown beside its field, and nothing changes."""
    mission = lookups.find(session, Mission, mission_id, actor)
    given = typed(request.form)
    given = {name: text for name, text in given.items() if name not in CHOSEN_ONCE}
    try:
        with savepoint(session):
            changes = all_optional(MissionChangesSchema).load(body(given, mission))
            missions.change_mission(session, ChangeMission(mission_id=mission_id, changes=changes), actor)
    except ValidationError as error:
        return _settings(session, mission, given, layout.failures(invalid(error).errors))
    except InvalidInputError as error:
        return _settings(session, mission, given, layout.failures(error.errors))
    return redirect(url_for("planning.show_settings", mission_id=mission_id, saved="yes"), HTTPStatus.SEE_OTHER)


@blueprint.get("/missions/<uuid:mission_id>/<any(opening, closing):turn>")
@reads(Deed.MISSIONS_RUN)
def ask_turn(session: Session, actor: Actor, mission_id: UUID, turn: str) -> str:
    """Ask whether a mission shall be opened, or closed, where no dialog can."""
    mission = lookups.find(session, Mission, mission_id, actor)
    title = layout.say(_("Open the mission for applications?") if turn == "opening" else _("Close the mission?"))
    frame = layout.of_mission(mission, title, "settings", where=layout.name_of(mission))
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
    frame = layout.general(layout.say(_("New mission")), "missions")
    kinds = sorted(pack.mission_kinds(session).values(), key=lambda kind: languages.pick(dict(kind.names), "en"))
    return make_response(render_template("registration/mission_kinds.html", frame=frame, kinds=kinds))


def _new(session: Session, kind: str, given: Mapping[str, str], errors: Mapping[str, str]) -> Response:
    frame = layout.general(layout.say(_("New mission")), "missions")
    regions = layout.region_choices(session)
    shown = {"kind": _kind(session, kind), "regions": regions, "mission": None}
    if errors:
        errors = with_choices(given, errors, regions)
    page = render_template("registration/mission_form.html", frame=frame, given=given, errors=errors, **shown)
    return _answered(page, errors)


def _settings(session: Session, mission: Mission, given: Mapping[str, str], errors: Mapping[str, str]) -> Response:
    now = clock.now(session)
    has_begun = mission.status is not MissionStatus.DRAFT and now >= mission.days.starts_at
    frame = layout.of_mission(mission, layout.say(_("Settings")), "settings", where=layout.name_of(mission))
    page = render_template(
        "registration/mission_form.html",
        frame=frame,
        mission=mission,
        given=given,
        errors=errors,
        kind=pack.mission_kind(session, mission.kind),
        regions=layout.region_choices(session),
        has_begun=has_begun,
        stage=mission_queries.stage(mission, now),
        saved=request.args.get("saved") == "yes" and not errors,
    )
    return _answered(page, errors)


def _answered(page: str, errors: Mapping[str, str]) -> Response:
    answer = make_response(page)
    if errors:
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    return answer
