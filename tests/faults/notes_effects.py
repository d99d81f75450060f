"""The effects of the two services of notes, which leave a row for each."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

import reader
import writer
from faults.evidence import Event, InboxRow, installed_at
from servicekit.service import Runtime

Inboxes = Mapping[str, Mapping[tuple[str, str], InboxRow]]


def wrong(runtimes: Sequence[Runtime], events: Sequence[Event], inboxes: Inboxes) -> Iterator[str]:
    """Say which notes were told never, or twice; every note of a test says something else."""
    by_name = {runtime.service.name: runtime for runtime in runtimes}
    if not {"reader", "writer"} <= set(by_name):
        return
    with by_name["reader"].database.read() as session:
        told = Counter(reader.told(session))
        known = reader.known(session)
    yield from (f"{words!r} was told {count} times" for words, count in sorted(told.items()) if count > 1)
    notes = [event for event in events if event.publisher == "writer" and ".note." in event.type]
    live = [event for event in notes if not event.is_snapshot]
    rows = inboxes["reader"]
    kept = {event.data["words"] for event in live if event.key in rows and rows[event.key].is_kept}
    since = installed_at(by_name["reader"])
    expected = {event.data["words"] for event in live if event.key in rows or _is_since(event, since)}
    expected |= _unheard_of(by_name["writer"], {event.subject for event in notes})
    yield from (f"{words!r} was never told" for words in sorted(expected - set(told) - kept))
    yield from (f"{words!r} was told and never written" for words in sorted(set(told) - expected))
    yield from _copies(by_name["writer"], known)


def _is_since(event: Event, since: datetime | None) -> bool:
    """Tell whether the reader was there when the event was made; what came before it, it was never to tell."""
    return event.made_at is None or since is None or event.made_at >= since


def _unheard_of(writing: Runtime, subjects: set[str]) -> set[str]:
    """Return what the notes say of which no history tells: whispers, or lost ones."""
    with writing.database.read() as session:
        return {note.words for note in session.scalars(select(writer.Note)) if str(note.id) not in subjects}


def _copies(writing: Runtime, known: Mapping[object, tuple[str, int]]) -> Iterator[str]:
    with writing.database.read() as session:
        owned = {row.id: (row.words, row.version) for row in session.scalars(select(writer.Note))}
    for id_ in sorted(set(owned) | set(known), key=str):
        if owned.get(id_) != known.get(id_):
            yield f"note {id_} is {owned.get(id_)}, its copy {known.get(id_)}"
