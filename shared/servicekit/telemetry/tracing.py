"""Trace context, OTLP export.

W3C trace context: from a request over its events to what they cause, in every service.

A trace context is a `traceparent` that rides in the request's header, in the event and in
the rows that remember who caused them. With a collector to send them to, each step is also
a span of OpenTelemetry; without one, a step costs some microseconds and binds the
trace's id to what is logged meanwhile. Source: https://www.w3.org/TR/trace-context/

Send spans to a collector over OTLP: behind the work's back, and never in its way.

A collector that is away costs the spans that no longer fit in the queue, and a warning a
minute; the end of a process waits for it some seconds at most.
"""

import logging
import re
import secrets
import threading
import time
from collections.abc import Sequence
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Any, Protocol, Self
from urllib.parse import urlsplit

import requests
from opentelemetry import trace
from opentelemetry.trace import Link, Span, SpanKind, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from contracts.event import Envelope
from servicekit.settings import Settings
from servicekit.telemetry import logs

TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
LENGTH = 55
"""How long a traceparent is."""

_propagator = TraceContextTextMapPropagator()
_now: "ContextVar[Step | None]" = ContextVar("step", default=None)


class Collector(Protocol):
    """Where spans go."""

    def tracer(self) -> Tracer:
        """Return what makes spans; the first call may begin threads."""

    def close(self) -> None:
        """Send what waits, for a moment at most."""


class Step:
    """What is being done within a `with`: its trace context and, where somebody collects them, its span."""

    __slots__ = ("_bound", "_facts", "_span", "_token", "traceparent", "tracer")

    def __init__(
        self, traceparent: str | None, tracer: Tracer | None, span: Span | None, facts: dict[str, Any]
    ) -> None:
        self.traceparent = traceparent
        self.tracer = tracer
        self._span = span
        self._facts = facts
        self._token: Token[Step | None] | None = None
        self._bound: logs.Bound | None = None

    def note(self, **facts: str | int) -> None:
        """Add facts to the span: ids, types and states, nothing personal."""
        if self._span is not None:
            self._span.set_attributes({f"caravan.{name}": value for name, value in facts.items()})

    def rename(self, name: str) -> None:
        """Give the span a name that is known only now."""
        if self._span is not None:
            self._span.update_name(name)

    def fail(self, reason: str) -> None:
        """Say that it went wrong."""
        if self._span is not None:
            self._span.set_status(trace.StatusCode.ERROR, reason)

    def drop(self) -> None:
        """Let it be no span: there was nothing to do."""
        self._span = None

    def __enter__(self) -> Self:
        self._token = _now.set(self)
        self._bound = logs.bind(self._facts)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._bound is not None:
            logs.release(self._bound)
        if self._token is not None:
            _now.reset(self._token)
        if kind is not None:
            self.fail(kind.__name__)
        if self._span is not None:
            self._span.end()


class Tracing:
    """Makes the steps of one service; they are spans where there is a collector."""

    def __init__(self, collector: Collector | None = None) -> None:
        self._collector = collector

    @property
    def is_on(self) -> bool:
        """Whether somebody collects spans."""
        return self._collector is not None

    def step(
        self, name: str, kind: SpanKind, parent: str | None = None, links: tuple[str, ...] = (), **facts: Any
    ) -> Step:
        """Return the next step of a trace: that of `parent`, else that of the step that it is part of.

        The facts are bound to what is logged meanwhile, together with the trace's id.
        """
        parent = parent or here()
        if self._collector is None:
            return Step(parent, None, None, facts | logged(parent))
        tracer = self._collector.tracer()
        span = tracer.start_span(name, _context(parent), kind, links=[_link(link) for link in links])
        written = _written(span)
        return Step(written, tracer, span, facts | logged(written))

    def answering(self, header: str | None) -> Step:
        """Answer a request in the caller's trace, or in a fresh one."""
        parent = valid(header)
        if parent is None and not self.is_on:
            parent = _fresh()
        return self.step("request", SpanKind.SERVER, parent)

    def handling(self, event: Envelope[Any], batch: str | None = None) -> Step:
        """Handle an event in its trace; `batch` is the trace context of the batch that it came in."""
        links = (batch,) if batch and self.is_on else ()
        kind = SpanKind.CONSUMER
        step = self.step(f"handle {event.type}", kind, valid(event.traceparent), links, event_id=str(event.id))
        step.note(event_id=str(event.id), subject=event.subject)
        return step

    def close(self) -> None:
        """Send what waits, for a moment at most."""
        if self._collector is not None:
            self._collector.close()


def here() -> str | None:
    """Return the trace context of what is being done."""
    step = _now.get()
    return step.traceparent if step else None


def recording(event_type: str, event_id: object, fallback: str | None) -> str | None:
    """Return the trace context for an event that is being recorded: a step of its own where spans are collected."""
    step = _now.get()
    if step is None or step.tracer is None:
        return (step.traceparent if step else None) or fallback
    facts = {"caravan.event_id": str(event_id)}
    parent = _context(step.traceparent or fallback)
    span = step.tracer.start_span(f"record {event_type}", parent, SpanKind.PRODUCER, attributes=facts)
    span.end()
    return _written(span)


def valid(text: str | None) -> str | None:
    """Return a traceparent as it came, or None where it is none."""
    return text if text and TRACEPARENT.fullmatch(text) else None


def _fresh() -> str:
    """Return the start of a trace that nobody collects: it holds events and log lines together."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-00"


def logged(traceparent: str | None) -> dict[str, Any]:
    """Return what a log line says of a trace: its id, or nothing."""
    return {"trace_id": traceparent[3:35]} if traceparent else {}


def _context(traceparent: str | None) -> Any:
    """Return the context that makes a span the child of a trace context; the start of a trace without one."""
    carrier = {"traceparent": traceparent} if traceparent else {}
    return _propagator.extract(carrier, context=trace.set_span_in_context(trace.INVALID_SPAN))


def _link(traceparent: str) -> Link:
    return Link(trace.get_current_span(_context(traceparent)).get_span_context())


def _written(span: Span) -> str:
    context = span.get_span_context()
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{int(context.trace_flags):02x}"


log = logging.getLogger(__name__)

QUEUE = 4096
"""How many spans wait at most; those beyond are dropped."""
PAUSE_SECONDS = 2.0
"""How long spans are gathered before they are sent."""
EXPORT_SECONDS = 2.0
"""The longest that sending some of them may take."""
CLOSE_SECONDS = 2.0
WARN_SECONDS = 60.0
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def tracing_of(service: str, settings: Settings) -> Tracing:
    """Return the tracing that the settings ask for; nothing is connected before its first span."""
    if not settings.otlp_endpoint:
        return Tracing()
    try:
        import opentelemetry.exporter.otlp.proto.http.trace_exporter  # noqa: PLC0415  # the extra `tracing`
        import opentelemetry.sdk.trace.export  # noqa: F401, PLC0415
    except ImportError:
        log.warning("no spans are sent: the extra tracing is not installed", extra={"service": service})
        return Tracing()
    return Tracing(OtlpCollector(service, settings))


class OtlpCollector:
    """A collector that speaks OTLP over HTTP; its threads begin with the first span, after any fork."""

    def __init__(self, service: str, settings: Settings) -> None:
        self._service, self._settings = service, settings
        self._lock = threading.Lock()
        self._provider: Any = None
        self._tracer: Tracer | None = None
        self._exporter: _Quiet | None = None

    def tracer(self) -> Tracer:
        """Return what makes spans."""
        if self._tracer is None:
            with self._lock:
                if self._tracer is None:
                    self._provider = self._begin()
                    self._tracer = self._provider.get_tracer("caravan")
        return self._tracer

    def close(self) -> None:
        """Send what waits, and give up on it after some seconds."""
        with self._lock:
            provider, self._provider = self._provider, None
        if provider is not None and self._exporter is not None:
            self._exporter.give_up_in(CLOSE_SECONDS)
            provider.shutdown()

    def _begin(self) -> Any:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415  # the extra `tracing`
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
        from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased  # noqa: PLC0415

        settings = self._settings
        endpoint = f"{settings.otlp_endpoint.rstrip('/')}/v1/traces"
        session = requests.Session()
        session.trust_env = urlsplit(endpoint).hostname not in _LOOPBACK
        self._exporter = _Quiet(OTLPSpanExporter(endpoint, timeout=EXPORT_SECONDS, session=session))
        names = {"service.name": f"caravan-{self._service}", "service.namespace": settings.instance}
        provider = TracerProvider(ParentBased(TraceIdRatioBased(settings.trace_share)), Resource.create(names))
        millis = PAUSE_SECONDS * 1000
        provider.add_span_processor(BatchSpanProcessor(self._exporter, QUEUE, millis))  # type: ignore[arg-type]
        for loud in ("opentelemetry.exporter", "opentelemetry.sdk"):
            logging.getLogger(loud).setLevel(logging.CRITICAL)
        return provider


class _Quiet:
    """An exporter whose failures are one warning a minute, and which can be told to give up."""

    def __init__(self, exporter: Any) -> None:
        self._exporter = exporter
        self._warned_at = float("-inf")
        self._ends_at = float("inf")

    def give_up_in(self, seconds: float) -> None:
        """Send nothing any more after a while."""
        self._ends_at = time.monotonic() + seconds

    def export(self, spans: Sequence[Any]) -> Any:
        """Send spans, or tell that it failed."""
        from opentelemetry.sdk.trace.export import SpanExportResult  # noqa: PLC0415  # the extra `tracing`

        result = SpanExportResult.FAILURE
        if time.monotonic() < self._ends_at:
            result = self._exporter.export(spans)
        if result is not SpanExportResult.SUCCESS and time.monotonic() - self._warned_at > WARN_SECONDS:
            self._warned_at = time.monotonic()
            log.warning("spans were lost: the collector does not take them", extra={"spans": len(spans)})
        return result

    def shutdown(self) -> None:
        """End."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Tell that nothing waits here."""
        return True
