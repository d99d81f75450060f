"""What tests of the kit ask of the two services that write and read notes."""

from sqlalchemy import func, select

import reader
import writer
from servicekit.data import tables
from servicekit.service import Runtime


def write(runtime: Runtime, *words: str, private: bool = False) -> None:
    """Write notes, each in a transaction of its own."""
    for one in words:
        with runtime.database.write() as session:
            writer.write_note(session, one, private=private)


def write_at_once(runtime: Runtime, *words: str) -> None:
    """Write notes, all in one transaction."""
    with runtime.database.write() as session:
        for one in words:
            writer.write_note(session, one)


def written(runtime: Runtime, *states: str) -> list[str]:
    """Write one note through several states and return the bodies of its events."""
    with runtime.database.write() as session:
        note = writer.write_note(session, states[0])
    for words in states[1:]:
        with runtime.database.write() as session:
            writer.change_note(session, note.id, words)
    return recorded(runtime)[-len(states) :]


def recorded(runtime: Runtime) -> list[str]:
    """Return the bodies of all events of notes, oldest first."""
    with runtime.database.read() as session:
        rows = session.execute(select(tables.outbox).order_by(tables.outbox.c.seq))
        return [row.body for row in rows if ".note." in row.routing_key]


def told(runtime: Runtime) -> list[str]:
    """Return every effect that the reader's reactions had, sorted."""
    with runtime.database.read() as session:
        return reader.told(session)


def known(runtime: Runtime):
    """Return the reader's copies: id -> (words, version)."""
    with runtime.database.read() as session:
        return reader.known(session)


def effects(runtime: Runtime):
    """Return what the reader was told, and its copies as (words, version), both sorted."""
    return told(runtime), sorted(known(runtime).values())


def unsent(runtime: Runtime) -> int:
    """Count the events that wait to be sent."""
    waiting = select(func.count()).select_from(tables.outbox).where(tables.outbox.c.sent_at.is_(None))
    with runtime.database.read() as session:
        return session.scalar(waiting)


def kept(runtime: Runtime):
    """Return what the inbox keeps of failed events, parked and dead."""
    with runtime.database.read() as session:
        return session.execute(select(tables.inbox).where(tables.inbox.c.body.is_not(None))).all()


def counting(subscriber, counts: list[int]):
    """Make a subscriber that notes how often the broker had delivered each message before."""

    class Counting(subscriber):
        def take(self, timeout):
            batch = super().take(timeout)
            counts.extend(delivery.count for delivery in batch)
            return batch

    return Counting
