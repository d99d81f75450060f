"""Run handlers, write copies.

Copies of what other services own, written many at a time: one statement a table, whatever the batch.

Run a service's handlers over events, in order: copies together, everything else one by one.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from time import perf_counter
from typing import Any
from uuid import UUID

from opentelemetry.trace import SpanKind
from sqlalchemy.orm import Session

from contracts.event import Envelope
from contracts.instance import PersonErasureRequested
from servicekit.bus import subscriptions
from servicekit.data import context, tombstones
from servicekit.data.tables import Copy, upsert_newer
from servicekit.service import Handler, Keep, Runtime


class Copies:
    """The copies of one transaction that wait to be written."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._waiting: dict[Keep, dict[UUID, tuple[Mapping[str, Any], Envelope[Any]]]] = {}

    def add(self, keep: Keep, event: Envelope[Any]) -> None:
        """Let an event wait, unless a newer state of the same aggregate does."""
        own = {"id": UUID(event.subject), "home": home_of(event), "version": event.subjectversion}
        row: dict[str, Any] = own | keep.row(event)
        rows = self._waiting.setdefault(keep, {})
        if row["id"] not in rows or rows[row["id"]][0]["version"] < row["version"]:
            rows[row["id"]] = (row, event)

    def types(self) -> Counter[str]:
        """Count those that wait by the types of their events."""
        return Counter(event.type for rows in self._waiting.values() for _, event in rows.values())

    def write(self) -> None:
        """Write all that wait.

        They go in the order of their ids: two writers never wait for each other in a circle.
        """
        waiting, self._waiting = self._waiting, {}
        for keep, rows in waiting.items():
            ordered = [rows[key] for key in sorted(rows)]
            if keep.before:
                keep.before(self._session, [event for _, event in ordered])
            written = self._upsert(keep.model, [row for row, _ in ordered])
            news = [event for row, event in ordered if row["id"] in written]
            if keep.then and news:
                keep.then(self._session, news)

    def _upsert(self, model: type[Copy], rows: Sequence[Mapping[str, Any]]) -> set[UUID]:
        self._session.flush()
        written = set(upsert_newer(self._session, model.__table__, rows))  # type: ignore[attr-defined]  # it is mapped
        for known in list(self._session.identity_map.values()):
            if isinstance(known, model) and known.id in written:
                self._session.expire(known)
        return written


def home_of(event: Envelope[Any]) -> str:
    """Return the home of an event's aggregate: `RU-KLU` of the source `/ru-klu/registration`."""
    return event.source.split("/")[1].upper()


def handle(runtime: Runtime, session: Session, events: Iterable[tuple[Envelope[Any], bool]]) -> None:
    """Handle (event, whether it is live) in this order; what is not live runs state handlers alone.

    A reaction sees what came before it: copies that wait are written first. What is about
    somebody who is forgotten has no effect: it came late.
    """
    events, copies = list(events), Copies(session)
    forgotten = tombstones.among(session, {one for event, _ in events for one in tombstones.people_of(event)})
    with runtime.tracing.step("take a batch", SpanKind.CONSUMER) as batch:
        for event, is_live in events:
            if forgotten & tombstones.people_of(event):
                continue
            if isinstance(event.data, PersonErasureRequested):
                forgotten.add(event.data.person_id)
            state = subscriptions.state_handlers(runtime.service).get(event.type)
            reaction = subscriptions.reaction_handlers(runtime.service).get(event.type) if is_live else None
            calls: list[tuple[str, Handler]] = [("reaction", reaction)] if reaction else []
            if isinstance(state, Keep):
                _add(runtime, copies, state, event)
            elif state:
                calls.insert(0, ("state", state))
            if calls:
                _write(runtime, copies)
            if calls or runtime.tracing.is_on:
                with runtime.tracing.handling(event, batch.traceparent):
                    for kind, handler in calls:
                        _call(runtime, session, handler, event, kind)
        _write(runtime, copies)


def _add(runtime: Runtime, copies: Copies, keep: Keep, event: Envelope[Any]) -> None:
    """Let a copy wait for its neighbours; one that cannot be made counts as a handler that failed."""
    try:
        copies.add(keep, event)
    except Exception:
        runtime.metrics.handler_seconds.observe(0.0, (event.type, "copy", "failed"))
        raise


def _write(runtime: Runtime, copies: Copies) -> None:
    """Write the copies that wait; each takes its share of the time."""
    started, result, waiting = perf_counter(), "failed", copies.types()
    try:
        copies.write()
        result = "ok"
    finally:
        if waiting:
            share = (perf_counter() - started) / waiting.total()
            for event_type, times in waiting.items():
                runtime.metrics.handler_seconds.observe(share, (event_type, "copy", result), times)


def _call(runtime: Runtime, session: Session, handler: Handler, event: Envelope[Any], kind: str) -> None:
    surroundings, result, started = context.of(session), "failed", perf_counter()
    surroundings.cause = event
    try:
        handler(session, event, runtime.actor)
        result = "ok"
    finally:
        surroundings.cause = None
        runtime.metrics.handler_seconds.observe(perf_counter() - started, (event.type, kind, result))
