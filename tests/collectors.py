"""Collectors of traces for tests: one in memory, one that speaks OTLP over HTTP, one that never answers."""

import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter


class InMemory:
    """Keeps spans of one service, in the process."""

    def __init__(self):
        self._kept = InMemorySpanExporter()
        self._provider = TracerProvider(shutdown_on_exit=False)
        self._provider.add_span_processor(SimpleSpanProcessor(self._kept))

    def tracer(self):
        return self._provider.get_tracer("test")

    def close(self):
        self._provider.shutdown()

    def spans(self):
        return self._kept.get_finished_spans()


@contextmanager
def an_otlp_collector():
    """Run a collector; yields its address and the list of (service, span) that it takes in."""
    taken = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken.extend(spans_in(body) if self.path == "/v1/traces" else [])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", taken
    finally:
        server.shutdown()
        server.server_close()


def spans_in(body):
    """Decode what an exporter sends."""
    for of_service in ExportTraceServiceRequest.FromString(body).resource_spans:
        names = {said.key: said.value.string_value for said in of_service.resource.attributes}
        for scope in of_service.scope_spans:
            yield from ((names["service.name"], span) for span in scope.spans)


@contextmanager
def a_silent_collector():
    """Listen and never say a word; yields the address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
