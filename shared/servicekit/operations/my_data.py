"""What a service holds of one person, for that person to read: as JSON and as a page."""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypedDict
from uuid import UUID

from flask import Blueprint, Response, current_app, jsonify, render_template
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from access.matrix import Deed
from servicekit.auth.actors import Actor
from servicekit.data import tombstones
from servicekit.privacy import erasure
from servicekit.privacy.personal import Records
from servicekit.problems import NotFoundError
from servicekit.service import Frame
from servicekit.texts import languages
from servicekit.texts.languages import noop as _
from servicekit.web.endpoints import ApiBlueprint, reads, runtime


class PersonNotFoundError(NotFoundError):
    """The service holds nothing of anybody of that id."""

    slug = "person-not-found"
    title = _("Nothing is held of this person here")


class ExportSchema(Schema):
    """All that the service holds of a person, and whether the person is forgotten."""

    person_id = fields.UUID(required=True)
    service = fields.String(required=True)
    is_forgotten = fields.Boolean(required=True, metadata={"description": "Then ids and proofs alone are left."})
    records = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Dict(keys=fields.String())),
        required=True,
        metadata={"description": "Kind of record -> the records."},
    )


class Export(TypedDict):
    """All that a service holds of a person."""

    person_id: UUID
    service: str
    is_forgotten: bool
    records: Records


def export(session: Session, person_id: UUID, actor: Actor) -> Export:
    """Gather what the service holds of a person, with what waits or failed on its way.

    Raises:
        PersonNotFoundError: it holds nothing, and nobody of that id was forgotten; or not for this actor.

    """
    served = runtime().service
    if person_id not in actor.persons and not served.personal.is_seen(session, person_id, actor):
        raise PersonNotFoundError
    records = {**served.personal.export(session, person_id), **erasure.bodies_about(session, person_id)}
    is_forgotten = bool(tombstones.among(session, {person_id}))
    if not records and not is_forgotten:
        raise PersonNotFoundError
    return {"person_id": person_id, "service": served.name, "is_forgotten": is_forgotten, "records": records}


@cache
def blueprint() -> Blueprint:
    """Make the endpoint of the export."""
    made = ApiBlueprint("people", __name__, url_prefix="/v1/people", description="What is held of people.")

    @made.get("/<uuid:person_id>/export")
    @reads(Deed.PEOPLE_READ)
    @made.response(200, ExportSchema)
    def export_person(session: Session, actor: Actor, person_id: UUID) -> Export:
        """Tell all that this service holds of a person; the others tell it at the same place of theirs."""
        return export(session, person_id, actor)

    return made


def pages() -> Blueprint:
    """Make the page of the export, and the same as JSON for whoever reads pages: the API takes no cookies."""
    made = Blueprint("person", __name__, url_prefix="/people")
    made.add_url_rule("/<uuid:person_id>", "show", show)
    made.add_url_rule("/<uuid:person_id>/export.json", "download", download)
    return made


@reads(Deed.PEOPLE_READ)
def show(session: Session, actor: Actor, person_id: UUID) -> str:
    """Show a person what the service holds, and where the other services show it."""
    personal = runtime().service.personal
    say = current_app.extensions["caravan.gettext"]()
    held = export(session, person_id, actor)
    return render_template(
        "person.html",
        frame=_frame(say(_("What is held of one person"))),
        held=held,
        sections=_sections(held["records"], {key: say(word) for key, word in personal.words.items()}),
        others=personal.others(session) if personal.others else [],
    )


@reads(Deed.PEOPLE_READ)
def download(session: Session, actor: Actor, person_id: UUID) -> Response:
    """Give a person what the service holds, as the API does."""
    answer = jsonify(ExportSchema().dump(export(session, person_id, actor)))
    answer.headers.set("Content-Disposition", "attachment", filename=f"{runtime().service.name}-{person_id}.json")
    return answer


def _frame(title: str) -> Frame:
    made = runtime().service.frame
    return made(title) if made else Frame(title)


def _sections(records: Records, words: Mapping[str, str]) -> list[dict[str, Any]]:
    """Set records as titles and lines of label and text."""
    return [
        {"title": words.get(kind, kind), "records": [_facts(record, words) for record in rows]}
        for kind, rows in records.items()
    ]


def _facts(record: Mapping[str, Any], words: Mapping[str, str]) -> list[dict[str, str]]:
    lines = [(words.get(name, name.replace("_", " ")), _text(value)) for name, value in record.items()]
    return [{"label": label, "text": text} for label, text in lines if text]


def _text(value: Any) -> str:
    """Say a plain value in words; a text in several languages in the reader's."""
    if isinstance(value, bool):
        return "✓" if value else ""
    if isinstance(value, Mapping):
        if value and all(len(key) <= 3 and isinstance(text, str) for key, text in value.items()):
            return languages.pick(dict(value), languages.of_request())
        return "; ".join(f"{key}: {_text(inner)}" for key, inner in value.items() if _text(inner))
    if isinstance(value, list | tuple):
        return "; ".join(_text(inner) for inner in value)
    return "" if value is None else str(value)
