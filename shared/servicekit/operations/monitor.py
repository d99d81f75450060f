"""A small door of a worker process: its figures and its health, for who watches over it."""

import json
import logging
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from servicekit.operations import health, metrics_endpoint
from servicekit.service import Runtime

log = logging.getLogger(__name__)

Answer = tuple[int, str, bytes]
"""Status, content type and body."""


class Monitor:
    """Answers `/metrics`, `/health/live` and `/health/ready` of one service, in threads of its own."""

    def __init__(self, runtime: Runtime) -> None:
        settings = runtime.settings
        self._server = ThreadingHTTPServer((settings.monitor_host, settings.monitor_port), _handler(runtime))
        self._server.daemon_threads = True

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Begin to answer."""
        threading.Thread(target=self._server.serve_forever, name="monitor", daemon=True).start()

    def stop(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()


def _handler(runtime: Runtime) -> type[BaseHTTPRequestHandler]:
    answers: dict[str, Callable[[], Answer]] = {
        "/metrics": lambda: (200, metrics_endpoint.CONTENT_TYPE, metrics_endpoint.expose(runtime)),
        "/health/live": lambda: _health(health.liveness(runtime)),
        "/health/ready": lambda: _health(health.inspect(runtime)),
    }

    class Handler(BaseHTTPRequestHandler):
        """Answers one request."""

        timeout = 10
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:  # the library's name
            """Answer what is asked for."""
            answer = answers.get(self.path.split("?")[0])
            try:
                status, kind, body = answer() if answer else (404, "text/plain", b"not here\n")
            except Exception:  # whoever watches must hear that something is wrong
                log.exception("the monitor failed")
                status, kind, body = 500, "text/plain", b"failed\n"
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
            """Say nothing: it is asked all the time."""

    return Handler


def _health(state: dict[str, object]) -> Answer:
    is_well = state["status"] not in ("stuck", "unready")
    return 200 if is_well else 503, "application/json", json.dumps(state).encode()
