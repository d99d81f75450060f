"""The HTTP API of events that failed: list, look, replay, discard."""

from functools import cache
from typing import Any

from flask import Blueprint
from sqlalchemy.orm import Session

from access.matrix import Deed
from servicekit import dead_letters
from servicekit.auth import Actor
from servicekit.dead_letters import MOST, Filter
from servicekit.endpoints import ApiBlueprint, reads, writes
from servicekit.letter_schemas import (
    ActedSchema,
    ActSchema,
    LetterListArguments,
    LetterPageSchema,
    ReplayedSchema,
    ReplayManySchema,
    WholeLetterSchema,
)
from servicekit.letters import Letter, State


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
        found = dead_letters.page(session, _filter(query), after=query["after"], limit=limit + 1)
        return {"items": found[:limit], "next": found[limit - 1].id if len(found) > limit else None}

    @made.get("/<letter:letter_id>")
    @reads(Deed.EVENTS_REPAIR)
    @made.response(200, WholeLetterSchema)
    def read_letter(session: Session, actor: Actor, letter_id: str) -> Letter:
        """Tell all about one event that failed, also when it was handled or discarded since."""
        return dead_letters.find(session, letter_id)


def _acting(made: ApiBlueprint) -> None:
    @made.post("/replay")
    @writes(Deed.EVENTS_REPAIR, creates=True)
    @made.arguments(ReplayManySchema)
    @made.response(200, ReplayedSchema)
    def replay_letters(body: dict[str, Any], session: Session, actor: Actor) -> dict[str, Any]:
        """Let the worker try events again at once, some hundred at a time."""
        asked, after = _filter(body), body["after"]
        if body["dry_run"]:
            found = dead_letters.page(session, asked, after=after, limit=MOST)
            count, further = len(found), found[-1].id if len(found) == MOST else None
        else:
            count, further = dead_letters.replay_all(session, asked, body["reason"], actor, after=after)
        return {"count": count, "dry_run": body["dry_run"], "next": further}

    @made.post("/<letter:letter_id>/replay")
    @writes(Deed.EVENTS_REPAIR, creates=True)
    @made.arguments(ActSchema)
    @made.response(200, ActedSchema)
    def replay_letter(body: dict[str, Any], session: Session, actor: Actor, letter_id: str) -> dict[str, Any]:
        """Let the worker try an event again at once, under its own id: its effect is had once."""
        return _acted(body, dead_letters.replay(session, letter_id, body["reason"], actor, dry_run=body["dry_run"]))

    @made.post("/<letter:letter_id>/discard")
    @writes(Deed.EVENTS_REPAIR, creates=True)
    @made.arguments(ActSchema)
    @made.response(200, ActedSchema)
    def discard_letter(body: dict[str, Any], session: Session, actor: Actor, letter_id: str) -> dict[str, Any]:
        """Give an event up for good: its content goes, its id stays known, so that no copy of it has an effect."""
        return _acted(body, dead_letters.discard(session, letter_id, body["reason"], actor, dry_run=body["dry_run"]))


def _acted(body: dict[str, Any], done: tuple[Letter, str]) -> dict[str, Any]:
    letter, outcome = done
    return {"outcome": outcome, "dry_run": body["dry_run"], "letter": letter}


def _filter(asked: dict[str, Any]) -> Filter:
    return Filter(type=asked["type"], state=State(asked["state"]) if asked["state"] else None)
