"""Watch each request: trace it, time it, log it in one line."""

import logging
from time import perf_counter
from uuid import uuid4

from flask import Flask, Response, g, request

from servicekit.service import Runtime
from servicekit.telemetry.logs import bound

log = logging.getLogger(__name__)

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_WATCHERS = {"health", "metrics"}
"""Blueprints whose requests are asked all day by who watches: logged, but no figures and no spans of their own."""


def install(app: Flask, runtime: Runtime) -> None:
    """Let the app watch its requests."""

    @app.before_request
    def start() -> None:
        g.started = perf_counter()
        g.step = runtime.tracing.answering(request.headers.get("traceparent")).__enter__()
        g.bound = bound(request_id=uuid4().hex, service=app.name)
        g.bound.__enter__()

    @app.after_request
    def finish(response: Response) -> Response:
        seconds, route, status = perf_counter() - g.started, str(request.url_rule), response.status_code
        method = request.method if request.method in _METHODS else "other"
        if request.blueprint in _WATCHERS:
            g.step.drop()
        else:
            runtime.metrics.http_seconds.observe(seconds, (method, route, f"{status // 100}xx"))
        g.step.rename(f"{method} {route}")
        g.step.note(status=status)
        if status >= 500:
            g.step.fail(str(status))
        facts = {"method": request.method, "route": route, "status": status}
        log.info("request answered", extra={**facts, "took_ms": round(seconds * 1000, 1)})
        return response

    @app.teardown_request
    def leave(_error: BaseException | None) -> None:
        g.pop("bound").__exit__(None, None, None)
        g.pop("step").__exit__(None, None, None)
