"""Events that failed, made for tests of the two services of notes."""

import json

from sqlalchemy import select, update

import reader
import writer
from servicekit.auth import actors
from servicekit.bus import inbox, retries
from servicekit.bus.dead_letters import store
from servicekit.bus.dead_letters.store import Filter, identifier
from servicekit.data import clock, tables

PATH = "/v1/events/dead"
REALLY = {"reason": "mended", "dry_run": False}
WHY = "mended in the version of today"


def body_of(writing, words, *, private=False):
    """Write a note and return the body of its event."""
    with writing.database.write() as session:
        note = writer.write_note(session, words, private=private)
    mine = tables.outbox.c.body.contains(str(note.id))
    with writing.database.read() as session:
        return session.scalars(select(tables.outbox.c.body).where(mine)).one()


def parked(writing, reading, words, *, private=False):
    """Let the reader fail on a note once; return the identifier of what is parked."""
    body = body_of(writing, words, private=private)
    with reader.unbearable(words):
        inbox.receive(reading, [body])
    return id_of(body)


def dead(writing, reading, words, *, private=False):
    """Let the reader fail on a note as often as it tries; return the identifier of the dead letter."""
    letter = parked(writing, reading, words, private=private)
    event_id = letter.partition(".")[0]
    with reading.database.write() as session:
        mine = tables.inbox.c.event_id == event_id
        session.execute(update(tables.inbox).where(mine).values(retry_at=None, attempts=8))
    return letter


def id_of(body):
    """Return the identifier of an event that failed."""
    raw = json.loads(body)
    return identifier(raw["source"], raw["id"])


def retry_all(runtime):
    """Try all that is due, as the worker does; return how many that were."""
    count = 0
    while retries.retry_due(runtime):
        count += 1
    return count


def due_now(runtime):
    """Let the time of all that is parked come."""
    with runtime.database.write() as session:
        waits = tables.inbox.c.retry_at.is_not(None)
        session.execute(update(tables.inbox).where(waits).values(retry_at=clock.machine_now()))


def audit_of(runtime):
    """Return (action, reason, outcome, actor) of every row of the audit."""
    with runtime.database.read() as session:
        rows = session.execute(select(tables.audit).order_by(tables.audit.c.seq)).all()
    return [(row.action, row.reason, row.outcome, row.actor) for row in rows]


def replay(runtime, letter, *, dry_run=False):
    """Replay a letter, as an operator would; return it and what came of that."""
    with runtime.database.write() as session:
        return store.replay(session, letter, WHY, actors.OPERATOR, dry_run=dry_run)


def discard(runtime, letter, *, dry_run=False):
    """Discard a letter, as an operator would; return it and what came of that."""
    with runtime.database.write() as session:
        return store.discard(session, letter, WHY, actors.OPERATOR, dry_run=dry_run)


def listed(runtime, asked=None, after=None, limit=100):
    """Return a page of the letters."""
    with runtime.database.read() as session:
        return store.page(session, asked or Filter(), after=after, limit=limit)


def found(runtime, letter):
    """Return a letter, whatever has become of it."""
    with runtime.database.read() as session:
        return store.find(session, letter)
