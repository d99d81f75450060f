"""Serve services under one origin, each under a prefix of its own name."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from flask import Flask, Response, json
from gunicorn.app.base import BaseApplication
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.utils import redirect

from caravan import discovery
from servicekit import catalogue_pages
from servicekit.app import create_app
from servicekit.runtime import Runtime
from servicekit.worker import Worker

Assemble = Callable[[], Sequence[Runtime]]


def application(runtimes: Sequence[Runtime]) -> DispatcherMiddleware:
    """Return the WSGI application of some services; `/` leads to the one that is the home."""
    apps: dict[str, Any] = {f"/{runtime.service.name}": create_app(runtime, runtimes) for runtime in runtimes}
    installed = tuple(discovery.services().values())
    for app in apps.values():
        app.extensions[catalogue_pages.INSTALLED] = installed
    return DispatcherMiddleware(_front(_home(runtimes)), apps)


def _home(runtimes: Sequence[Runtime]) -> str:
    names = [runtime.service.name for runtime in runtimes if runtime.service.is_home]
    return names[0] if names else runtimes[0].service.name


def _front(home: str) -> Flask:
    front = Flask(__name__, static_folder=None)
    front.register_error_handler(HTTPException, _refuse)

    @front.get("/")
    def go_home() -> Any:
        return redirect(f"/{home}/")

    return front


def _refuse(error: HTTPException) -> Response:
    """Answer what no service stands behind."""
    if error.code is None or error.code < 400:
        return Response(status=error.code)
    problem = {"type": "about:blank", "title": error.name, "status": error.code}
    return Response(json.dumps(problem), error.code, mimetype="application/problem+json")


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn is untyped
    """Gunicorn with settings from code; services are assembled in each worker, after the fork."""

    def __init__(self, assemble: Assemble, bind: str, *, workers: int, threads: int, with_worker: bool) -> None:
        self._assemble = assemble
        self._options: dict[str, Any] = {
            "bind": bind,
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread",
            "timeout": 60,
            "graceful_timeout": 25,
            "loglevel": "warning",
            "control_socket_disable": True,
            "worker_exit": self._end,
            "on_exit": self._forget,
        }
        self._figures = Path(tempfile.mkdtemp(prefix="caravan-figures-")) if workers > 1 else None
        self._background: Worker | None = None
        self._runtimes: Sequence[Runtime] = ()
        if with_worker:
            self._options["post_worker_init"] = self._start_background
        super().__init__()

    def load_config(self) -> None:
        """Hand the settings to gunicorn."""
        for name, value in self._options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> DispatcherMiddleware:
        """Assemble the services in this worker."""
        self._runtimes = self._assemble()
        for runtime in self._runtimes:
            if self._figures:
                runtime.metrics.share(self._figures / runtime.service.name)
        return application(self._runtimes)

    def _start_background(self, _worker: object) -> None:
        self._background = Worker(self._runtimes)
        self._background.start()

    def _end(self, _server: object, _worker: object) -> None:
        if self._background is not None:
            self._background.stop()
        for runtime in self._runtimes:
            runtime.close()

    def _forget(self, _server: object) -> None:
        if self._figures:
            shutil.rmtree(self._figures, ignore_errors=True)
