"""A mission's programme on pages: its agenda, the times of its meetings, its hall, and who interprets."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from itertools import groupby
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from access.matrix import Deed
from registration import lookups
from registration.commands import ReplaceProgramme
from registration.handlers import missions
from registration.models import Mission
from registration.pages import layout
from registration.pages.programme_forms import (
    PARTS,
    TYPES,
    Document,
    FormError,
    days_of,
    document_of,
    key_of,
    place_of,
    title_of,
)
from registration.queries import missions as mission_queries
from registration.schemas.missions import ProgrammeSchema
from servicekit.auth.actors import Actor
from servicekit.data.database import savepoint
from servicekit.problems import FieldError, InvalidInputError, NotFoundError
from servicekit.texts.languages import noop as _
from servicekit.web.body import invalid
from servicekit.web.endpoints import reads, writes

VIEWS = {"agenda": "agenda", "slots": "slots", "tables": "hall", "walking": "hall", "interpreters": "hall"}
"""In which view of the programme each part stands."""
_PART = f"/<any({', '.join(VIEWS)}):part>"
_FIELDS = {
    "starts_at": "from",
    "ends_at": "until",
    "titles": "title_ru",
    "titles/ru": "title_ru",
    "titles/en": "title_en",
    "organisation_ids": "binds",
}
"""The fields that stand for members of a part which a form has under other names."""

blueprint = Blueprint("programme", __name__, url_prefix="/missions/<uuid:mission_id>/programme")


@blueprint.get("")
@reads(Deed.MISSIONS_RUN)
def show(session: Session, actor: Actor, mission_id: UUID) -> str:
    """Show the programme in one of its views: the agenda, the slots or the hall."""
    mission = lookups.find(session, Mission, mission_id, actor)
    view = request.args.get("view", "agenda")
    return render_template(
        "registration/programme.html",
        frame=_frame(mission, layout.say(_("Programme"))),
        mission=mission,
        view=view if view in VIEWS.values() else "agenda",
        days=mission_queries.agenda(session, mission, actor),
        sessions=_sessions(mission),
    )


@blueprint.get(f"{_PART}/form")
@reads(Deed.MISSIONS_RUN)
def show_form(session: Session, actor: Actor, mission_id: UUID, part: str) -> Response:
    """Show one thing of the programme, to be changed or removed; without its id ask for a new one."""
    mission = lookups.find(session, Mission, mission_id, actor)
    id_ = request.args.get("id", "")
    if not id_:
        return _form(mission, part, "", _usual(mission, part), {})
    rows = document_of(mission)[part]
    return _form(mission, part, id_, PARTS[part].shown(mission, rows[_found(rows, id_)]), {})


@blueprint.post(_PART)
@writes(Deed.MISSIONS_RUN)
def save(session: Session, actor: Actor, mission_id: UUID, part: str) -> BaseResponse:
    """Put one thing into the programme; what cannot be right is shown beside its field."""
    mission = lookups.find(session, Mission, mission_id, actor, locked=True)
    sent, id_ = request.form.to_dict(), request.form.get("of", "")
    if sent.get("version") != str(mission.version):
        return _form(mission, part, id_, sent, {}, status=HTTPStatus.CONFLICT)
    document = document_of(mission)
    place = _found(document[part], id_) if id_ else None
    try:
        PARTS[part].put(mission, document, sent, place)
        with savepoint(session):  # what is refused leaves nothing behind
            _replace(session, actor, mission, document)
    except FormError as error:
        wrong = {name: layout.say(said) for name, said in error.said.items()}
    except InvalidInputError as error:
        wrong = _beside(error, part, len(document_of(mission)[part]) if place is None else place)
    else:
        return _back(mission, part)
    return _form(mission, part, id_, sent, wrong, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@blueprint.post(f"{_PART}/removal")
@writes(Deed.MISSIONS_RUN)
def remove(session: Session, actor: Actor, mission_id: UUID, part: str) -> BaseResponse:
    """Take one thing out of the programme unless it has gone, or a whole session; a table leaves its slots."""
    mission = lookups.find(session, Mission, mission_id, actor, locked=True)
    document = document_of(mission)
    if part == "slots" and "session" in request.form:
        document["slots"] = [row for row in document["slots"] if not _is_of_session(mission, row, request.form)]
    else:
        id_ = request.form.get("id", "")
        document[part] = [row for row in document[part] if key_of(row) != id_]
        for slot in document["slots"] if part == "tables" else ():
            slot["tables"] = [table for table in slot["tables"] if table != id_]
    if document != document_of(mission):
        _replace(session, actor, mission, document)
    return _back(mission, part)


def _replace(session: Session, actor: Actor, mission: Mission, document: Document) -> None:
    """Change the whole programme as the API does.

    Raises:
        InvalidInputError: it does not fit; nothing is changed once the transaction is given up.

    """
    try:
        programme = ProgrammeSchema().load(document)
    except ValidationError as error:
        raise invalid(error) from error
    missions.replace_programme(session, ReplaceProgramme(mission_id=mission.id, programme=programme), actor)


def _beside(error: InvalidInputError, part: str, first: int) -> dict[str, str]:
    """Name for each error the field beside which it stands; what is wrong elsewhere stands on top."""
    wrong: dict[str, str] = {}
    for one in error.errors:
        wrong.setdefault(_field_of(one, part, first), layout.say(one.detail) % (one.facts or {}))
    return wrong


def _field_of(error: FieldError, part: str, first: int) -> str:
    steps = error.pointer.removeprefix("#/").split("/", 2)
    if len(steps) == 3 and steps[0] == part and steps[1].isdigit() and int(steps[1]) >= first:
        return _FIELDS.get(steps[2], steps[2].partition("/")[0])
    return "of"


def _form(
    mission: Mission,
    part: str,
    id_: str,
    fields: Mapping[str, str],
    wrong: Mapping[str, str],
    *,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    page = render_template(
        "registration/programme_form.html",
        frame=_frame(mission, layout.say(title_of(part, is_new=not id_))),
        mission=mission,
        part=part,
        view=VIEWS[part],
        of=id_,
        fields=fields,
        errors=wrong,
        is_stale=status is HTTPStatus.CONFLICT,
        days=days_of(mission),
        types=[{"value": key, "label": layout.say(label)} for key, label in TYPES.items()],
        locations=sorted({*(table.location for table in mission.tables), *(item.location for item in mission.agenda)}),
    )
    return make_response(page, status)


def _usual(mission: Mission, part: str) -> dict[str, str]:
    """Return what a new form stands on, so that most of it can stay."""
    day = mission.starts_on.isoformat()
    if part == "slots":
        last = max(mission.slots, key=lambda slot: slot.starts_at, default=None)
        length = str(int((last.ends_at - last.starts_at).total_seconds() // 60)) if last else "30"
        tables = {f"table-{table.id}": "yes" for table in mission.tables}
        return {"day": day, "from": "10:00", "until": "13:00", "minutes": length, "pause": "0", **tables}
    if part == "tables":
        last_place = mission.tables[-1].location if mission.tables else ""
        return {"many": "10", "seats": "4", "location": last_place, "open": "yes"}
    return {"day": day, "binds": "all", "minutes": "10", "type": "plenary"}


def _sessions(mission: Mission) -> list[dict[str, Any]]:
    """Gather the slots by day and session: from when till when, how many, and how many tables are open at most."""
    zone = ZoneInfo(mission.timezone)
    ordered = sorted(mission.slots, key=lambda slot: (slot.starts_at, slot.id))
    groups = groupby(ordered, key=lambda slot: (slot.starts_at.astimezone(zone).date(), slot.session))
    return [
        {
            "day": day,
            "session": name,
            "slots": (slots := list(group)),
            "starts_at": slots[0].starts_at,
            "ends_at": max(slot.ends_at for slot in slots),
            "tables": max(len(slot.tables) for slot in slots),
            "places": sum(len(slot.tables) for slot in slots),
        }
        for (day, name), group in groups
    ]


def _is_of_session(mission: Mission, row: Mapping[str, Any], sent: Mapping[str, str]) -> bool:
    local = datetime.fromisoformat(row["starts_at"]).astimezone(ZoneInfo(mission.timezone))
    return bool(row["session"] == sent.get("session") and local.date().isoformat() == sent.get("day"))


def _found(rows: list[dict[str, Any]], id_: str) -> int:
    place = place_of(rows, id_)
    if place is None:
        raise NotFoundError(_("The programme has nothing of that name any more."))
    return place


def _back(mission: Mission, part: str) -> BaseResponse:
    address = url_for("programme.show", mission_id=mission.id, view=VIEWS[part])
    return redirect(address, HTTPStatus.SEE_OTHER)


def _frame(mission: Mission, title: str) -> Any:
    return layout.of_mission(mission, title, "programme", where=layout.name_of(mission))


blueprint.add_app_template_global(key_of, "programme_key")
