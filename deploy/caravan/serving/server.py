"""The WSGI application of several services, each under the prefix of its name, and the gunicorn that serves it."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from flask import Flask, Response, json
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger as GunicornLogger
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.utils import redirect

from caravan import discovery
from caravan.serving.slow_clients import SlowClientWorker
from servicekit.app import create_app
from servicekit.problems import Problem
from servicekit.reference import events
from servicekit.service import Runtime
from servicekit.texts import languages
from servicekit.web import errors, security
from servicekit.worker import Worker

RuntimeFactory = Callable[[], Sequence[Runtime]]


def application(runtimes: Sequence[Runtime]) -> DispatcherMiddleware:
    """Return the WSGI application of some services; `/` redirects to the home service."""
    apps: dict[str, Any] = {f"/{runtime.service.name}": create_app(runtime, runtimes) for runtime in runtimes}
    installed = tuple(discovery.services().values())
    for app in apps.values():
        app.extensions[events.INSTALLED] = installed
    return DispatcherMiddleware(_root_app(runtimes), apps)


def _home_service(runtimes: Sequence[Runtime]) -> str:
    names = [runtime.service.name for runtime in runtimes if runtime.service.is_home]
    return names[0] if names else runtimes[0].service.name


def _root_app(runtimes: Sequence[Runtime]) -> Flask:
    front, home = Flask(__name__, static_folder=None), _home_service(runtimes)
    front.extensions["caravan.gettext"] = _gettext
    security.install_cross_site_guard(front, runtimes[0].settings)
    front.register_error_handler(Problem, _problem_response)
    front.register_error_handler(HTTPException, _http_error_response)

    @front.get("/")
    def go_home() -> Any:
        return redirect(f"/{home}/")

    return front


def _gettext() -> Callable[[str], str]:
    return languages.translations(("servicekit",), languages.of_request()).gettext


def _problem_response(problem: Problem) -> Response:
    """Return problem details for a request that `guard` refuses, such as one with a foreign Host header."""
    return Response(json.dumps(errors.describe(problem)), problem.status, mimetype="application/problem+json")


def _http_error_response(error: HTTPException) -> Response:
    """Return problem details for a path outside every service."""
    if error.code is None or error.code < 400:
        return Response(status=error.code)
    problem = {"type": "about:blank", "title": error.name, "status": error.code}
    return Response(json.dumps(problem), error.code, mimetype="application/problem+json")


class _Logger(GunicornLogger):  # type: ignore[misc]  # gunicorn is untyped
    """Passes gunicorn's errors to our logging; no access log, since request lines contain query strings."""

    def setup(self, cfg: Any) -> None:
        """Remove gunicorn's own handlers."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn is untyped
    """Gunicorn configured in code; each worker process assembles the services after the fork."""

    def __init__(self, assemble: RuntimeFactory, bind: str, *, workers: int, threads: int, with_worker: bool) -> None:
        self._assemble = assemble
        self._options: dict[str, Any] = {
            "bind": bind,
            "workers": workers,
            "threads": threads,
            "worker_class": SlowClientWorker,
            "timeout": 60,
            "graceful_timeout": 25,
            "forwarded_allow_ips": "",  # `guard` reads the headers of as many proxies as the settings allow
            "loglevel": "warning",
            "logger_class": _Logger,
            "control_socket_disable": True,
            "worker_exit": self._on_worker_exit,
            "on_exit": self._on_exit,
        }
        self._metrics_folder = Path(tempfile.mkdtemp(prefix="caravan-figures-")) if workers > 1 else None
        self._background: Worker | None = None
        self._runtimes: Sequence[Runtime] = ()
        if with_worker:
            self._options["post_worker_init"] = self._start_background
        super().__init__()

    def load_config(self) -> None:
        """Pass the options to gunicorn."""
        for name, value in self._options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> DispatcherMiddleware:
        """Assemble the services in this worker process and return their application."""
        self._runtimes = self._assemble()
        for runtime in self._runtimes:
            if self._metrics_folder:
                runtime.metrics.share(self._metrics_folder / runtime.service.name)
        return application(self._runtimes)

    def _start_background(self, _worker: object) -> None:
        self._background = Worker(self._runtimes)
        self._background.start()

    def _on_worker_exit(self, _server: object, _worker: object) -> None:
        if self._background is not None:
            self._background.stop()
        for runtime in self._runtimes:
            runtime.close()

    def _on_exit(self, _server: object) -> None:
        if self._metrics_folder:
            shutil.rmtree(self._metrics_folder, ignore_errors=True)
