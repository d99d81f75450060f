"""The API and the form of the notes, for tests of what every endpoint has around it."""

from dataclasses import replace

from flask import redirect, request
from marshmallow import Schema, fields
from sqlalchemy import func, select

import writer
from access.matrix import Deed
from servicekit.data import tables
from servicekit.problems import NotFoundError
from servicekit.service import Runtime
from servicekit.web.endpoints import ApiBlueprint, reads, writes
from servicekit.web.paging import PageArguments, page, page_of
from servicekit.web.schema_fields import Flag, Text, Whole
from servicekit.web.security import safe_next


class NoteSchema(Schema):
    """A note."""

    id = fields.UUID(dump_only=True)
    words = Text(longest=40, required=True)
    loud = Flag()
    number = Whole()


def notes_api():
    blueprint = ApiBlueprint("notes", __name__, url_prefix="/v1/notes", description="Notes.")

    @blueprint.post("")
    @writes(Deed.LOOK, creates=True)
    @blueprint.arguments(NoteSchema)
    @blueprint.response(201, NoteSchema)
    def write(body, session, actor):
        """Write a note."""
        return writer.write_note(session, body["words"])

    @blueprint.get("")
    @reads(Deed.LOOK)
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, page_of(NoteSchema))
    def read(args, session, actor):
        """Read notes."""
        return page(session, select(writer.Note), writer.Note.id, args)

    @blueprint.post("/<uuid:note_id>/wipe")
    @writes(Deed.LOOK)
    @blueprint.response(200, NoteSchema)
    def wipe(session, actor, note_id):
        """Wipe a note."""
        note = session.get_one(writer.Note, note_id)
        writer.change_note(session, note_id, "")
        return note

    @blueprint.get("/missing")
    @reads(Deed.LOOK)
    def missing(session, actor):
        """Find nothing."""
        raise NotFoundError

    @blueprint.get("/bug")
    @reads(Deed.LOOK)
    def bug(session, actor):
        """Fail."""
        raise ZeroDivisionError("secret detail")

    @blueprint.post("/form")
    @writes(Deed.LOOK)
    def fill_in(session, actor):
        """Write a note by a form."""
        writer.write_note(session, request.form["words"])
        return redirect(safe_next(request.args.get("next"), "/home/"))

    return (blueprint,)


SERVICE = replace(writer.SERVICE, blueprints=notes_api)


def count(runtime: Runtime) -> int:
    """Count the notes; each has told its event."""
    events = select(func.count()).where(tables.outbox.c.routing_key.contains("note"))
    with runtime.database.read() as session:
        notes = session.scalar(select(func.count()).select_from(writer.Note))
        assert notes == session.scalar(events)
        return notes
