"""What tests of the kit ask of the two services that write and read notes."""

from sqlalchemy import func, select

import reader
import writer
from servicekit import tables
from servicekit.runtime import Runtime


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


def told(runtime: Runtime) -> list[str]:
    """Return every effect that the reader's reactions had, sorted."""
    with runtime.database.read() as session:
        return reader.told(session)


def known(runtime: Runtime):
    """Return the reader's copies: id -> (words, version)."""
    with runtime.database.read() as session:
        return reader.known(session)


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
