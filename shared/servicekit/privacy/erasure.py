"""Forget a person: rows, bodies of events, kept answers; answer by event, and never take the person back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select, update
from sqlalchemy.orm import Session

from contracts.event import Envelope
from contracts.instance import PersonErased, PersonErasureRequested
from servicekit import identifiers
from servicekit.auth.actors import Actor, system
from servicekit.bus import outbox
from servicekit.bus.dead_letters import store
from servicekit.bus.dead_letters.store import Subject
from servicekit.bus.topology import PRIVATE
from servicekit.data import context, tombstones
from servicekit.data.clock import machine_now
from servicekit.data.tables import idempotency, inbox, insert_new, tombstone
from servicekit.data.tables import outbox as outbox_table
from servicekit.privacy.personal import Personal, Records

GONE = '{"type": "about:blank", "title": "Gone", "status": 410, "detail": "It named a person who was forgotten."}'
"""What an Idempotency-Key answers whose answer named the person: to do it again would bring the person back."""
DISCARD, DISCARDED, WHY = "discard", "discarded", "it was about a person who was forgotten"


@dataclass
class Grave:
    """A service's answer that somebody is forgotten, as what speaks of it."""

    id: UUID
    home: str
    version: int
    person_id: UUID


def follow(personal: Personal) -> Callable[[Session, Envelope[PersonErasureRequested], Actor], None]:
    """Return the state handler of a request: it forgets the person, on replay too, and answers what is live."""

    def forget(session: Session, envelope: Envelope[PersonErasureRequested], actor: Actor) -> None:
        said = envelope.data
        is_new = carry_out(session, personal, said.person_id, said.requested_at, actor)
        if not is_new and not envelope.snapshot:
            _answer(session, said.person_id)

    return forget


def carry_out(session: Session, personal: Personal, person_id: UUID, requested_at: datetime, actor: Actor) -> bool:
    """Delete what the service holds of a person; answer where that is new, and tell whether it is."""
    surroundings = context.of(session)
    row = {
        "person_id": person_id,
        "id": identifiers.derived("erasure", surroundings.service, person_id),
        "home": surroundings.settings.own_home,
        "version": 0,
        "requested_at": requested_at,
        "erased_at": machine_now(),
    }
    is_new = bool(insert_new(session, tombstone, [row]))
    _forget_bodies(session, person_id, actor)
    personal.erase(session, person_id, actor)
    session.flush()
    if is_new:
        _answer(session, person_id)
        tombstones.note(session, person_id, requested_at)
    return is_new


def rows(session: Session, after: UUID | None, most: int) -> list[Grave]:
    """Page through the answers, for who has missed them."""
    query = select(tombstone).order_by(tombstone.c.id).limit(most)
    found = session.execute(query if after is None else query.where(tombstone.c.id > after))
    return [Grave(row.id, row.home, row.version, row.person_id) for row in found]


def answer_of(session: Session, grave: Grave) -> PersonErased:
    """Say that the service has forgotten somebody."""
    return PersonErased(person_id=grave.person_id, service=context.of(session).service)


def bodies_about(session: Session, person_id: UUID) -> Records:
    """Return the private events about a person that wait to be sent or failed, as they are kept."""
    private = outbox_table.c.exchange == PRIVATE, _holds(outbox_table.c.body, person_id)
    waiting = session.scalars(select(outbox_table.c.body).where(*private).order_by(outbox_table.c.seq))
    failed = session.execute(_failed(person_id))
    found = {
        "outbox": [{"event": body} for body in waiting],
        "inbox": [{"event": row.body} for row in failed if person_id in tombstones.people_in(row.body, row.source)],
    }
    return {kind: bodies for kind, bodies in found.items() if bodies}


def _failed(person_id: UUID) -> Select[Any]:
    return select(inbox).where(inbox.c.body.is_not(None), _holds(inbox.c.body, person_id))


def _answer(session: Session, person_id: UUID) -> None:
    row = session.execute(select(tombstone).where(tombstone.c.person_id == person_id).with_for_update()).one()
    grave = Grave(row.id, context.of(session).settings.own_home, row.version, person_id)
    outbox.record(session, grave, answer_of(session, grave))
    said = {"version": grave.version, "home": grave.home}
    session.execute(update(tombstone).where(tombstone.c.person_id == person_id).values(**said))


def _forget_bodies(session: Session, person_id: UUID, actor: Actor) -> None:
    """Delete what was to be sent or failed and tells of the person, and answers that do.

    Public events know people by their ids alone, and stay; but what nobody can read may tell anything.
    """
    private = and_(outbox_table.c.exchange == PRIVATE, _holds(outbox_table.c.body, person_id))
    session.execute(outbox_table.delete().where(private))
    failed = session.execute(_failed(person_id).with_for_update())
    given_up = [row for row in failed if person_id in tombstones.people_in(row.body, row.source)]
    for row in given_up:
        mine = and_(inbox.c.source == row.source, inbox.c.event_id == row.event_id)
        session.execute(update(inbox).where(mine).values(body=None, error=None, retry_at=None))
    subjects = [Subject(source=row.source, event_id=row.event_id, type=row.type) for row in given_up]
    who = actor if actor.id else system(context.of(session).service)
    store.record(session, who, DISCARD, WHY, [(subject, DISCARDED) for subject in subjects])
    named = and_(idempotency.c.body.is_not(None), _holds(idempotency.c.body, person_id))
    session.execute(update(idempotency).where(named).values(status=410, body=GONE))


def _holds(body: Any, person_id: UUID) -> ColumnElement[bool]:
    found: ColumnElement[bool] = func.lower(body).contains(str(person_id))
    return found
