"""Run a service's handlers over events, in order: copies together, everything else one by one."""

from collections.abc import Iterable
from time import perf_counter
from typing import Any

from opentelemetry.trace import SpanKind
from sqlalchemy.orm import Session

from contracts.event import Envelope
from contracts.instance import PersonErasureRequested
from servicekit import context, tombstones
from servicekit.copies import Copies, Keep
from servicekit.runtime import Runtime
from servicekit.service import Handler


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
            state = runtime.service.state_handlers.get(event.type)
            reaction = runtime.service.reaction_handlers.get(event.type) if is_live else None
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
