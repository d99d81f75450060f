"""Send spans to a collector over OTLP: behind the work's back, and never in its way.

A collector that is away costs the spans that no longer fit in the queue, and a warning a
minute; the end of a process waits for it some seconds at most.
"""

import logging
import threading
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import requests
from opentelemetry.trace import Tracer

from servicekit.settings import Settings
from servicekit.tracing import Tracing

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
