"""Dead letters: the API and its schemas.

How events that failed are told to programs, and how they are asked for.

The HTTP API of events that failed: list, look, replay, discard.
"""

from functools import cache
from typing import Any

from flask import Blueprint
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from access.matrix import Deed
from servicekit.auth.actors import Actor
from servicekit.bus.dead_letters import store
from servicekit.bus.dead_letters.store import LONGEST_ID, MOST, Filter, Letter, State
from servicekit.web.endpoints import ApiBlueprint, reads, writes
from servicekit.web.paging import LARGEST
from servicekit.web.schema_fields import Flag, Text, WholeInQuery

LONGEST_REASON = 500
LONGEST_TYPE = 200
STATES = (State.PARKED.value, State.DEAD.value)


class LetterSchema(Schema):
    """An event that the service could not handle."""

    id = fields.String(metadata={"description": "Source and event id in one word; opaque."})
    source = fields.String(metadata={"description": "The event's source; after `history:` where history was read."})
    event_id = fields.String()
    type = fields.String(allow_none=True)
    subject = fields.String(allow_none=True, metadata={"description": "The id of what the event is about."})
    state = fields.String(validate=validate.OneOf([state.value for state in State]))
    error = fields.String(
        attribute="told_error", allow_none=True, metadata={"description": "Its kind alone for a private event."}
    )
    attempts = fields.Integer(metadata={"description": "Tries since it came, or since it was last replayed."})
    first_at = fields.AwareDateTime()
    last_tried_at = fields.AwareDateTime(allow_none=True)
    retry_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When it is tried again."})


class ActionSchema(Schema):
    """What somebody did to an event."""

    at = fields.AwareDateTime()
    actor = fields.String()
    action = fields.String()
    reason = fields.String()
    outcome = fields.String()


class WholeLetterSchema(LetterSchema):
    """An event that failed, with its content and what was done about it."""

    content = fields.Dict(
        allow_none=True,
        metadata={"description": "The event as it came; without its data where it is private, null where unreadable."},
    )
    fields_ = fields.List(
        fields.String(),
        attribute="fields",
        data_key="fields",
        metadata={"description": "The names of what is not shown."},
    )
    actions = fields.List(fields.Nested(ActionSchema))


class LetterPageSchema(Schema):
    """Some events that failed, and the cursor of the next page, null on the last one."""

    items = fields.List(fields.Nested(LetterSchema))
    next = fields.String(allow_none=True)


class LetterListArguments(Schema):
    """Which events to list."""

    after = fields.String(
        load_default=None,
        validate=validate.Length(1, LONGEST_ID),
        metadata={"description": "The `next` of the page before."},
    )
    limit = WholeInQuery(load_default=100, validate=validate.Range(1, LARGEST))
    type = Text(longest=LONGEST_TYPE, load_default=None)
    state = fields.String(load_default=None, validate=validate.OneOf(STATES))


class ReasonSchema(Schema):
    """Why somebody acts."""

    reason = Text(longest=LONGEST_REASON, required=True, metadata={"description": "Kept in the audit."})


class ActSchema(ReasonSchema):
    """Why, and whether to only say what would happen."""

    dry_run = Flag(load_default=True, metadata={"description": "Without `false` nothing is changed."})


class ReplayManySchema(ActSchema):
    """Which events to replay: those that the list shows with the same type and state, from behind `after`."""

    type = Text(longest=LONGEST_TYPE, load_default=None, allow_none=True)
    state = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(STATES))
    after = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, LONGEST_ID))


class ActedSchema(Schema):
    """What came of an action, or would: `due`, `discarded`, or that it was so before."""

    outcome = fields.String()
    dry_run = fields.Boolean()
    letter = fields.Nested(WholeLetterSchema)


class ReplayedSchema(Schema):
    """How many events were made due, or would be; `next` is where to go on, null where none is left."""

    count = fields.Integer()
    dry_run = fields.Boolean()
    next = fields.String(allow_none=True)


@cache
def blueprint() -> Blueprint:
    """Make the endpoints of events that failed."""
    made = ApiBlueprint(
        "failed events",
        __name__,
        url_prefix="/v1/events/dead",
        description="Events that this service could not handle: parked for another try, or dead.",
    )
    _looking(made)
    _acting(made)
    return made


def _looking(made: ApiBlueprint) -> None:
    @made.get("")
    @reads(Deed.EVENTS_REPAIR)
    @made.arguments(LetterListArguments, location="query")
    @made.response(200, LetterPageSchema)
    def list_letters(query: dict[str, Any], session: Session, actor: Actor) -> dict[str, Any]:
        """List events that failed, in the order in which they were made."""
        limit = query["limit"]
        found = store.page(session, _filter(query), after=query["after"], limit=limit + 1)
        return {"items": found[:limit], "next": found[limit - 1].id if len(found) > limit else None}

    @made.get("/<letter:letter_id>")
    @reads(Deed.EVENTS_REPAIR)
    @made.response(200, WholeLetterSchema)
    def read_letter(session: Session, actor: Actor, letter_id: str) -> Letter:
        """Tell all about one event that failed, also when it was handled or discarded since."""
        return store.find(session, letter_id)


def _acting(made: ApiBlueprint) -> None:
    @made.post("/replay")
    @writes(Deed.EVENTS_REPAIR, creates=True)
    @made.arguments(ReplayManySchema)
    @made.response(200, ReplayedSchema)
    def replay_letters(body: dict[str, Any], session: Session, actor: Actor) -> dict[str, Any]:
        """Let the worker try events again at once, some hundred at a time."""
        asked, after = _filter(body), body["after"]
        if body["dry_run"]:
            found = store.page(session, asked, after=after, limit=MOST)
            count, further = len(found), found[-1].id if len(found) == MOST else None
        else:
            count, further = store.replay_all(session, asked, body["reason"], actor, after=after)
        return {"count": count, "dry_run": body["dry_run"], "next": further}

    @made.post("/<letter:letter_id>/replay")
    @writes(Deed.EVENTS_REPAIR, creates=True)
    @made.arguments(ActSchema)
    @made.response(200, ActedSchema)
    def replay_letter(body: dict[str, Any], session: Session, actor: Actor, letter_id: str) -> dict[str, Any]:
        """Let the worker try an event again at once, under its own id: its effect is had once."""
        return _acted(body, store.replay(session, letter_id, body["reason"], actor, dry_run=body["dry_run"]))

    @made.post("/<letter:letter_id>/discard")
    @writes(Deed.EVENTS_REPAIR, creates=True)
    @made.arguments(ActSchema)
    @made.response(200, ActedSchema)
    def discard_letter(body: dict[str, Any], session: Session, actor: Actor, letter_id: str) -> dict[str, Any]:
        """Give an event up for good: its content goes, its id stays known, so that no copy of it has an effect."""
        return _acted(body, store.discard(session, letter_id, body["reason"], actor, dry_run=body["dry_run"]))


def _acted(body: dict[str, Any], done: tuple[Letter, str]) -> dict[str, Any]:
    letter, outcome = done
    return {"outcome": outcome, "dry_run": body["dry_run"], "letter": letter}


def _filter(asked: dict[str, Any]) -> Filter:
    return Filter(type=asked["type"], state=State(asked["state"]) if asked["state"] else None)
