"""Who did what, for those who may look: an endpoint and a page."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from flask import Blueprint, current_app, g, render_template, request, url_for
from marshmallow import Schema, fields, validate
from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from access.matrix import Deed
from servicekit.auth.actors import Actor
from servicekit.service import Frame
from servicekit.telemetry import audit_log
from servicekit.texts.languages import noop as _
from servicekit.web.endpoints import ApiBlueprint, reads, runtime
from servicekit.web.paging import LARGEST
from servicekit.web.schema_fields import WholeInQuery

PAGE_LENGTH = 50
LARGEST_NUMBER = 2**63 - 1


class JournalArguments(Schema):
    """What the journal may be asked."""

    before = WholeInQuery(
        load_default=None,
        validate=validate.Range(1, LARGEST_NUMBER),
        metadata={"description": "The `next` of the page before; without it the newest come first."},
    )
    limit = WholeInQuery(load_default=100, validate=validate.Range(1, LARGEST))


class ChangeSchema(Schema):
    """A state that came of an action: as an event told it, or as the row has it."""

    type = fields.String(metadata={"description": "The type of the event that told it, or the kind of row."})
    subject = fields.String(metadata={"description": "The id."})
    version = fields.Integer(metadata={"description": "Of an event: which state of the subject it told."})
    before = fields.String(metadata={"description": "Of a row: its state before the action; empty where it is new."})
    after = fields.String(metadata={"description": "Of a row: its state after the action."})


class EntrySchema(Schema):
    """What somebody did."""

    seq = fields.Integer()
    at = fields.AwareDateTime()
    actor = fields.String()
    on_behalf_of = fields.String(metadata={"description": "In whose name, where that was not the actor's own."})
    deed = fields.String()
    action = fields.String()
    subjects = fields.Dict(keys=fields.String(), values=fields.String())
    changes = fields.List(fields.Nested(ChangeSchema))
    context = fields.String(metadata={"description": "What keeps it together with others."})
    home = fields.String()
    outcome = fields.String()


class JournalSchema(Schema):
    """Some entries, the newest first, and where to go on; null on the last page."""

    items = fields.List(fields.Nested(EntrySchema))
    next = fields.Integer(allow_none=True)


@cache
def blueprint() -> Blueprint:
    """Make the endpoint of the journal."""
    made = ApiBlueprint("journal", __name__, url_prefix="/v1/journal", description="Who did what.")

    @made.get("")
    @reads(Deed.AUDIT_READ)
    @made.arguments(JournalArguments, location="query")
    @made.response(200, JournalSchema)
    def read_journal(query: dict[str, Any], session: Session, actor: Actor) -> dict[str, Any]:
        """List what was done through this service, as far as it is there for whoever asks."""
        items, further = _page(session, actor, query["before"], query["limit"])
        return {"items": items, "next": further}

    return made


def pages() -> Blueprint:
    """Make the page of the journal."""
    made = Blueprint("journal_page", __name__, url_prefix="/journal")
    made.add_url_rule("", "show_journal", show_journal)
    made.add_app_template_global(address, "journal_url")
    return made


def address() -> str:
    """Return where the journal is, for a reader to whom it tells something; else nothing."""
    reader: Actor | None = g.get("actor")
    may_look = reader is not None and reader.may_somewhere(Deed.AUDIT_READ)
    return url_for("journal_page.show_journal") if may_look else ""


@reads(Deed.AUDIT_READ)
def show_journal(session: Session, actor: Actor) -> str:
    """Show what was done through this service, the newest first."""
    before = request.args.get("before", type=int)
    items, further = _page(session, actor, before if before and 0 < before <= LARGEST_NUMBER else None, PAGE_LENGTH)
    return render_template(
        "journal.html",
        frame=_frame(),
        entries=items,
        older_url=url_for("journal_page.show_journal", before=further) if further else None,
    )


def _page(session: Session, actor: Actor, before: int | None, limit: int) -> tuple[Sequence[RowMapping], int | None]:
    within = audit_log.of(session, actor, runtime().service)
    found = audit_log.entries(session, within, before, limit + 1)
    shown = found[:limit]
    return shown, shown[-1]["seq"] if len(found) > limit else None


def _frame() -> Frame:
    """Take the frame of the service's own pages, where it has some."""
    make = runtime().service.frame or Frame
    return replace(make(_say(_("Who did what"))), note=_say(_("Times on this page are in UTC.")))


def _say(message: str) -> str:
    translated: str = current_app.extensions["caravan.gettext"]()(message)
    return translated
