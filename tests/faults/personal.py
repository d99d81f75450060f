"""Whether anything personal stands where it must not: in another service's tables, in the history, in a log.

What is personal is known from registration's own rows, and from the addresses that tests give
to people, all of which are of one domain that the platform itself never uses.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Table, select

from contracts.event import REGISTRY
from faults.evidence import Event, Evidence
from registration.models import Delegate, Organisation
from servicekit.bus.topology import EVENTS
from servicekit.data.tables import inbox, outbox
from servicekit.data.tables import metadata as kit
from servicekit.service import Runtime

DOMAIN = "@example.org"
AT_HOME = ("registration", "notifications")
"""Who may keep what tells of people."""
PRIVATE = frozenset(name for name, declared in REGISTRY.items() if declared.private)


def escaped(evidence: Evidence, events: Sequence[Event]) -> Iterator[str]:
    """Say what is known of whom, and where."""
    if not {"registration", "matching"} & {runtime.service.name for runtime in evidence.runtimes}:
        return
    known = _pattern(evidence.runtimes)
    for place, text in _places(evidence, events):
        found = known.search(text)
        if found:
            yield f"{found.group()!r} stands in {place}"


def _pattern(runtimes: Sequence[Runtime]) -> re.Pattern[str]:
    """Return what finds the names, addresses and numbers of people, also as JSON writes them in ASCII.

    The name of a sole trader is that of an organisation, and public.
    """
    words, public = {DOMAIN}, set()
    for runtime in runtimes:
        if runtime.service.name == "registration":
            with runtime.database.read() as session:
                for person in session.scalars(select(Delegate).where(~Delegate.is_removed)):
                    words |= {person.email, person.phone, *person.names.values()}
                public = {name for names in session.scalars(select(Organisation.names)) for name in names.values()}
    words = {word for word in words if word and not any(word in name for name in public)}
    forms = {form for word in words for form in (word, json.dumps(word)[1:-1])}
    return re.compile("|".join(sorted(map(re.escape, forms))))


def _places(evidence: Evidence, events: Sequence[Event]) -> Iterator[tuple[str, str]]:
    """Yield every place where nothing personal may be, and what stands there."""
    for event in events:
        if event.exchange == EVENTS:
            yield f"the history: {event.type} {event.id}", _text([event.source, event.subject, event.data])
    for runtime in evidence.runtimes:
        name = runtime.service.name
        if name in AT_HOME:
            yield from _public_bodies(runtime)
        else:
            for table in (*runtime.service.metadata.sorted_tables, *kit.sorted_tables):
                yield from ((f"{name}: a row of {table.name}", _text(list(row))) for row in _rows(runtime, table))
    for log in evidence.logs():
        with log.open(encoding="utf-8", errors="replace") as lines:
            yield from ((f"the log {log.name}, line {number}", line) for number, line in enumerate(lines, 1))


def _public_bodies(runtime: Runtime) -> Iterator[tuple[str, str]]:
    """Yield the public events that a service at home has recorded and not sent, or that failed there."""
    for row in _rows(runtime, outbox):
        if row.exchange == EVENTS:
            yield f"{runtime.service.name}: a public event {row.event_id} that it recorded", row.body
    for row in _rows(runtime, inbox):
        if row.body is not None and row.type not in PRIVATE:
            yield f"{runtime.service.name}: the failed event {row.event_id}", _text([row.body, row.error])


def _rows(runtime: Runtime, table: Table) -> Sequence[Any]:
    with runtime.database.read() as session:
        return session.execute(select(table)).all()


def _text(values: Any) -> str:
    return json.dumps(values, ensure_ascii=False, default=str)
