"""Who did what, and who may read it.

How far somebody may look through what a service keeps of everything: its events, its journal.

Who did what, when: one row for each request that changed something, in its transaction, by ids alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import RowMapping, or_, select
from sqlalchemy.orm import Session

from access.actor import codes
from access.roles import Relation
from servicekit.auth.actors import Actor
from servicekit.data import context as surroundings
from servicekit.data.clock import machine_now
from servicekit.data.context import Context, Watched
from servicekit.data.tables import journal
from servicekit.service import Service


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What is there for somebody: what is kept together by one of some ids, and what is at one of some homes."""

    contexts: frozenset[str] = frozenset()
    homes: frozenset[str] = frozenset()

    def hold(self, context: object, home: str) -> bool:
        """Tell whether something is there; homes are told apart without regard to case."""
        return context in self.contexts or home.upper() in self.homes


def of(session: Session, actor: Actor, service: Service) -> Bounds | None:
    """Return how far the actor may look by the deed that it is about to do; None: everywhere."""
    if actor.may_everywhere():
        return None
    held = frozenset().union(*(actor.scopes_for(relation) for relation in Relation))
    contexts = service.contexts(session, actor) if service.contexts else frozenset()
    return Bounds(contexts=contexts, homes=frozenset(codes(held)))


DONE = "done"


_ENDS = {"is_removed": "removed", "revoked_at": "revoked", "ended_at": "ended"}
"""Columns of rows that stay after their end, each with the state that it means."""


def about(session: Session, *, context: str = "", home: str = "", on_behalf_of: str = "") -> None:
    """Say what the transaction is about, where its events do not, or for whom it is done."""
    known = surroundings.of(session)
    known.about = replace(known.about, context=context, home=home, on_behalf_of=on_behalf_of)


def named(session: Session, **words: object) -> None:
    """Name ids, and words such as those of roles, that the address of the request does not; never what is personal."""
    known = surroundings.of(session)
    known.about = replace(known.about, named={**known.about.named, **{key: str(word) for key, word in words.items()}})


def note(session: Session, row: Any, *, is_new: bool = False) -> None:
    """Let the entry tell what becomes of a row: the state in which it is now, or none, and the one in the end."""
    known = surroundings.of(session)
    if all(one.row is not row for one in known.watched):
        known.watched.append(Watched(row, "" if is_new else _state(row)))


def record(session: Session, actor: Actor, action: str, subjects: Mapping[str, Any], *, outcome: str = DONE) -> None:
    """Note an action with the ids that it named and the states that came of it so far in the transaction."""
    known = surroundings.of(session)
    row = {
        "at": machine_now(),
        "actor": actor.id[:64],
        "session_id": actor.session[:64],
        "on_behalf_of": known.about.on_behalf_of,
        "deed": str(actor.deed or ""),
        "action": action[:96],
        "subjects": {**_made(known), **known.about.named, **{key: str(id_)[:64] for key, id_ in subjects.items()}},
        "changes": [*_told(known), *_become(known)],
        "context": known.about.context or next((one.context for one in known.recorded if one.context), ""),
        "home": known.about.home or next((one.home for one in known.recorded), ""),
        "outcome": outcome,
    }
    session.execute(journal.insert(), [row])


def _told(known: Context) -> list[dict[str, Any]]:
    return [{"type": one.type, "subject": one.subject, "version": one.version} for one in known.recorded]


def _become(known: Context) -> list[dict[str, Any]]:
    """Tell what has become of rows, by their states."""
    states = [(one.row, one.before, _state(one.row)) for one in known.watched]
    return [
        {"type": row.__tablename__, "subject": str(row.id), "before": before, "after": after}
        for row, before, after in states
        if before != after
    ]


def _made(known: Context) -> dict[str, str]:
    """Name the new rows, each kind of which there is one."""
    new = [(f"{one.row.__tablename__}_id", str(one.row.id)) for one in known.watched if not one.before]
    kinds = [kind for kind, _id in new]
    return {kind: id_ for kind, id_ in new if kinds.count(kind) == 1}


def _state(row: Any) -> str:
    """Say the state of a row: how it has ended, else its status, else that it is there."""
    ended = [word for column, word in _ENDS.items() if getattr(row, column, None)]
    return ended[0] if ended else str(getattr(row, "status", None) or getattr(row, "state", None) or "there")


def entries(session: Session, within: Bounds | None, before: int | None, limit: int) -> Sequence[RowMapping]:
    """List entries that are there for somebody, the newest first, from behind a number."""
    query = select(journal).order_by(journal.c.seq.desc()).limit(limit)
    if within is not None:
        query = query.where(or_(journal.c.context.in_(within.contexts), journal.c.home.in_(within.homes)))
    if before is not None:
        query = query.where(journal.c.seq < before)
    return session.execute(query).mappings().all()
