"""List, replay, discard, audit.

What people did to events: one row for each action, in the transaction of the action, never changed.

One event that failed, as those see it who look after it.

Events that failed: what they are, and what can be done about them.

A replay makes an event due now; the worker then takes it through the door that every event
takes, under the same id, so its effect is had once however often it is replayed. A discard
takes the body away and keeps the id: a later copy of the event is known and has no effect.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from http import HTTPStatus
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select, tuple_, update
from sqlalchemy.orm import Session

from servicekit import envelopes
from servicekit.auth.actors import Actor
from servicekit.bus.event_keys import UNREADABLE, key_kept_in, own_key_of
from servicekit.data import context, tombstones
from servicekit.data.clock import machine_now
from servicekit.data.tables import audit, inbox, insert_new
from servicekit.envelopes import Names, Shown
from servicekit.problems import NotFoundError, Problem
from servicekit.texts.languages import noop as _


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The event that an action is about."""

    source: str
    event_id: str
    type: str | None


@dataclass(frozen=True, kw_only=True)
class Action:
    """What somebody did to an event, when and why, and what came of it at once."""

    at: datetime
    actor: str
    action: str
    reason: str
    outcome: str


def record(session: Session, actor: Actor, action: str, reason: str, outcomes: Sequence[tuple[Subject, str]]) -> None:
    """Note one action on some events, each with its outcome."""
    alike = {
        "at": machine_now(),
        "actor": actor.id[:64],
        "action": action,
        "service": context.of(session).service,
        "reason": reason,
    }
    rows = [
        alike | {"source": about.source, "event_id": about.event_id, "type": about.type, "outcome": outcome}
        for about, outcome in outcomes
    ]
    if rows:
        session.execute(audit.insert(), rows)


def of(session: Session, source: str, event_id: str) -> list[Action]:
    """List what was done to an event, the first action first."""
    mine = select(audit).where(audit.c.event_id == event_id, audit.c.source == source).order_by(audit.c.seq)
    return [
        Action(at=row.at, actor=row.actor, action=row.action, reason=row.reason, outcome=row.outcome)
        for row in session.execute(mine)
    ]


HISTORY_PREFIX, UNREADABLE_PREFIX, FORGED_PREFIX = "history:", "unreadable", "forged"
LONGEST_ID = 1200
_SAFE = re.compile(r"[\w-]+(: no event: \w+)?")


class State(StrEnum):
    """What became of an event that failed."""

    PARKED = "parked"
    DEAD = "dead"
    HANDLED = "handled"
    DISCARDED = "discarded"


class LetterNotFoundError(NotFoundError):
    """Nothing failed under that id, or nobody ever did anything about it."""

    slug = "dead-letter-not-found"
    title = _("There is no such event among those that failed")


@dataclass(frozen=True, kw_only=True)
class Letter:
    """An event that the service could not handle; `body` is None once it was handled or discarded."""

    source: str
    event_id: str
    state: State
    type: str | None
    body: str | None
    error: str | None
    attempts: int
    first_at: datetime
    last_tried_at: datetime | None
    retry_at: datetime | None
    actions: tuple[Action, ...] = ()

    @property
    def id(self) -> str:
        """Source and event id in one word that is safe in an address."""
        return identifier(self.source, self.event_id)

    @property
    def is_history(self) -> bool:
        """Whether it failed while history was read: then it changes copies alone."""
        return self.source.startswith(HISTORY_PREFIX)

    @property
    def is_unreadable(self) -> bool:
        """Whether nobody knows who sent it."""
        return self.source.startswith((UNREADABLE_PREFIX, FORGED_PREFIX))

    @cached_property
    def shown(self) -> Shown:
        """What of the body may be looked at."""
        return envelopes.shown(self.body) if self.body is not None else Shown(content=None)

    @cached_property
    def names(self) -> Names:
        """Who the event says that it is."""
        return envelopes.names_of(self.body) if self.body is not None else Names()

    @property
    def subject(self) -> str | None:
        """The id of what it is about, where the event can be read."""
        return None if self.is_unreadable else self.names.subject

    @property
    def cause(self) -> str:
        """The kind of the error."""
        return (self.error or "").partition(":")[0]

    @property
    def told_error(self) -> str | None:
        """The error, without what it may quote where the event may hold personal data."""
        if self.error is None or envelopes.is_public(self.type):
            return self.error
        safe = _SAFE.match(self.error)
        return safe[0] if safe else None

    @property
    def content(self) -> Mapping[str, Any] | None:
        """What may be looked at of the event, as it came."""
        return self.shown.content

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of what is hidden."""
        return self.shown.fields


def identifier(source: str, event_id: str) -> str:
    """Join source and id in one word of letters, digits, `-`, `_` and one dot."""
    return f"{event_id}.{base64.urlsafe_b64encode(source.encode()).decode().rstrip('=')}"


def key_of(letter_id: str) -> tuple[str, str]:
    """Return source and event id of an identifier.

    Raises:
        LetterNotFoundError: it is none.

    """
    event_id, dot, coded = letter_id.partition(".")
    try:
        source = base64.b64decode(coded + "=" * (-len(coded) % 4), altchars=b"-_", validate=True).decode()
    except ValueError as error:
        raise LetterNotFoundError from error
    is_well_formed = bool(dot) and len(letter_id) <= LONGEST_ID and identifier(source, event_id) == letter_id
    if not (is_well_formed and event_id.isprintable() and "\x00" not in source):
        raise LetterNotFoundError
    return source, event_id


MOST = 500
"""How many events one transaction replays."""
KEPT = timedelta(days=14)
"""How long the body of a dead letter is kept after the last try."""
TOO_OLD = "nobody mended it in 14 days"
REPLAY, DISCARD = "replay", "discard"
DUE, DISCARDED = "due", "discarded"
HANDLED_BEFORE, DISCARDED_BEFORE = "handled before", "discarded before"


class GoneError(Problem):
    """The event has no body any more: it was discarded, or handled."""

    status = HTTPStatus.CONFLICT
    slug = "dead-letter-gone"
    title = _("That is not possible any more")


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many events wait for another try, and how many are dead; since when the oldest of those is known."""

    parked: int
    dead: int
    oldest_dead_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which events to look at; None for any."""

    type: str | None = None
    state: State | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return it as conditions on the inbox."""
        states = {State.PARKED: [inbox.c.retry_at.is_not(None)], State.DEAD: [inbox.c.retry_at.is_(None)]}
        asked = states.get(self.state, []) if self.state else []
        return [inbox.c.body.is_not(None), *asked, *([inbox.c.type == self.type] if self.type else [])]


def counts(session: Session) -> Counts:
    """Count the events that failed, from an index of those alone."""
    is_dead = inbox.c.retry_at.is_(None)
    query = select(func.count(), func.count().filter(is_dead), func.min(inbox.c.received_at).filter(is_dead))
    kept, dead, oldest = session.execute(query.where(inbox.c.body.is_not(None))).one()
    return Counts(parked=kept - dead, dead=dead, oldest_dead_at=oldest)


def types(session: Session, asked: Filter) -> dict[str | None, int]:
    """Count the events that failed by their type."""
    query = select(inbox.c.type, func.count()).where(*asked.conditions()).group_by(inbox.c.type)
    return {row[0]: row[1] for row in session.execute(query.order_by(inbox.c.type))}


def page(session: Session, asked: Filter, *, after: str | None, limit: int, newest_first: bool = False) -> list[Letter]:
    """List events in the order of their ids, which is that of their making, from behind one of them."""
    return [_letter(row) for row in session.execute(_listed(asked, after, limit, newest_first=newest_first))]


def find(session: Session, letter_id: str, *, lock: bool = False) -> Letter:
    """Return one event with all that was done about it, also when it was handled or discarded since.

    Raises:
        LetterNotFoundError: it did not fail, as far as is known.

    """
    source, event_id = key_of(letter_id)
    query = select(inbox).where(inbox.c.source == source, inbox.c.event_id == event_id)
    row = session.execute(query.with_for_update() if lock else query).first()
    actions = tuple(of(session, source, event_id))
    if row is None or (row.body is None and not actions):
        raise LetterNotFoundError
    letter = _letter(row)
    if row.body is None:
        was_discarded = any(action.action == DISCARD for action in actions)
        letter = replace(letter, state=State.DISCARDED if was_discarded else State.HANDLED)
    return replace(letter, actions=actions)


def named(session: Session, event_id: str) -> list[Letter]:
    """Return the events of one id that failed, of whatever source, also those that were handled or discarded since."""
    kept = select(inbox.c.source).where(inbox.c.event_id == event_id, inbox.c.body.is_not(None))
    touched = select(inbox.c.source).join(
        audit, and_(audit.c.event_id == inbox.c.event_id, audit.c.source == inbox.c.source)
    )
    sources = sorted(set(session.scalars(kept.union(touched.where(audit.c.event_id == event_id)))))
    return [find(session, identifier(source, event_id)) for source in sources]


def replay(session: Session, letter_id: str, reason: str, actor: Actor, *, dry_run: bool) -> tuple[Letter, str]:
    """Make an event due now, with all its tries before it; return it and the outcome.

    Raises:
        LetterNotFoundError: there is no such event.
        GoneError: it was discarded, or is about somebody who is forgotten.

    """
    letter = find(session, letter_id, lock=not dry_run)
    if letter.state is State.DISCARDED:
        raise GoneError(_("The event was discarded: its content is gone, so it cannot be replayed."))
    if letter.state is State.HANDLED:
        return letter, HANDLED_BEFORE
    if letter.body is not None and tombstones.is_about_forgotten(session, letter.body, letter.source):
        raise GoneError(_("The event is about a person who was forgotten, so it cannot be replayed."))
    if not dry_run:
        _make_due(session, [letter], reason, actor)
        letter = find(session, letter_id)
    return letter, DUE


def replay_all(
    session: Session, asked: Filter, reason: str, actor: Actor, *, after: str | None
) -> tuple[int, str | None]:
    """Make `MOST` events due now from behind one of them; return how many, and the last one where there may be more.

    The oldest come first. What a worker has in hand at this moment is passed over.
    """
    rows = session.execute(_listed(asked, after, MOST).with_for_update(skip_locked=True)).all()
    letters = [_letter(row) for row in rows]
    _make_due(session, letters, reason, actor)
    return len(letters), letters[-1].id if len(letters) == MOST else None


def discard(session: Session, letter_id: str, reason: str, actor: Actor, *, dry_run: bool) -> tuple[Letter, str]:
    """Give an event up: its body goes, its id stays known; return it and the outcome.

    Raises:
        LetterNotFoundError: there is no such event.
        GoneError: it was handled.

    """
    letter = find(session, letter_id, lock=not dry_run)
    if letter.state is State.HANDLED:
        raise GoneError(_("The event has had its effect meanwhile: there is nothing left to discard."))
    if letter.state is State.DISCARDED:
        return letter, DISCARDED_BEFORE
    if not dry_run:
        _give_up(session, letter)
        record(session, actor, DISCARD, reason, [(_subject(letter), DISCARDED)])
        letter = find(session, letter_id)
    return letter, DISCARDED


def give_up_old(session: Session, actor: Actor) -> None:
    """Give up what nobody has mended for two weeks: bodies are not kept for good."""
    is_old = inbox.c.body.is_not(None), inbox.c.retry_at.is_(None), inbox.c.received_at < machine_now() - KEPT
    was_touched = inbox.c.last_tried_at.is_(None) | (inbox.c.last_tried_at < machine_now() - KEPT)
    rows = session.execute(select(inbox).where(*is_old, was_touched).limit(MOST).with_for_update(skip_locked=True))
    letters = [_letter(row) for row in rows]
    for letter in letters:
        _give_up(session, letter)
    record(session, actor, DISCARD, TOO_OLD, [(_subject(letter), DISCARDED) for letter in letters])


def _make_due(session: Session, letters: Sequence[Letter], reason: str, actor: Actor) -> None:
    """Let the worker take events next, in this order, with all tries before them."""
    now = machine_now()
    rows = [
        {"of": letter.source, "id": letter.event_id, "at": now + timedelta(microseconds=place)}
        for place, letter in enumerate(letters)
    ]
    if rows:
        mine = and_(inbox.c.source == bindparam("of"), inbox.c.event_id == bindparam("id"))
        due = update(inbox).where(mine).values(retry_at=bindparam("at"), attempts=0)
        session.connection().execute(due, rows)
    record(session, actor, REPLAY, reason, [(_subject(letter), DUE) for letter in letters])


def _give_up(session: Session, letter: Letter) -> None:
    """Take the body away and keep the id for as long as that of an event that came now.

    What nobody could read is known under a name of its own; where it says an id, and may say
    it, that is known from now on as well, so that a copy has no effect once an upgrade can read it.
    """
    now = machine_now()
    mine = and_(inbox.c.source == letter.source, inbox.c.event_id == letter.event_id)
    gone = {"body": None, "error": None, "retry_at": None, "received_at": now}
    session.execute(update(inbox).where(mine).values(**gone))
    said = letter.names
    if not letter.source.startswith(UNREADABLE) or not (said.source and said.type and said.event_id):
        return
    if key_kept_in(letter.source) in (None, own_key_of(said.source, said.type)):
        insert_new(session, inbox, [{"source": said.source, "event_id": said.event_id, "received_at": now}])


def _subject(letter: Letter) -> Subject:
    return Subject(source=letter.source, event_id=letter.event_id, type=letter.type)


def _listed(asked: Filter, after: str | None, limit: int, *, newest_first: bool = False) -> Select[Any]:
    columns = (inbox.c.event_id, inbox.c.source)
    order = [column.desc() for column in columns] if newest_first else list(columns)
    query = select(inbox).where(*asked.conditions()).order_by(*order).limit(limit)
    if after is None:
        return query
    source, event_id = key_of(after)
    place, mark = tuple_(*columns), (event_id, source)
    return query.where(place < mark if newest_first else place > mark)


def _letter(row: Any) -> Letter:
    return Letter(
        source=row.source,
        event_id=row.event_id,
        state=State.DEAD if row.retry_at is None else State.PARKED,
        type=row.type,
        body=row.body,
        error=row.error,
        attempts=row.attempts,
        first_at=row.received_at,
        last_tried_at=row.last_tried_at,
        retry_at=row.retry_at,
    )
