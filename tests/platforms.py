"""The whole platform in threads of a test's own: ready in a moment, and its databases are at hand."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from caravan import discovery
from caravan.local_instance import environment
from caravan.serving.server import application
from served import served
from servers.ports import free_port
from servicekit.bus.history import install
from servicekit.service import Runtime
from servicekit.worker import Worker


@dataclass(frozen=True)
class Platform:
    """A running platform."""

    origin: str
    """Where its pages are, the front door's slash left out; browsers know the host without TLS, so passkeys work."""
    runtimes: dict[str, Runtime]
    """Each service by its name."""
    told: dict[str, Any]
    """What the play of its mission told; empty where nothing was played."""


@contextmanager
def in_threads(data: Path, told: dict[str, Any] | None = None, **settings: str) -> Iterator[Platform]:
    """Run every service and its worker without a broker, on the SQLite files of a folder."""
    host, port = "localhost", free_port()
    data.mkdir(parents=True, exist_ok=True)
    given = {"CARAVAN_PUBLIC_URL": f"http://{host}:{port}", "CARAVAN_MOVABLE_CLOCK": "true"}
    environ = environment(data, _trusted() | given | settings, port)
    runtimes = discovery.runtimes(list(discovery.services().values()), environ)
    for runtime in runtimes:
        install(runtime)
    worker = Worker(runtimes)
    worker.start()
    try:
        with served(application(runtimes), host, port) as origin:
            yield Platform(origin, {runtime.service.name: runtime for runtime in runtimes}, told or {})
    finally:
        worker.stop()
        for runtime in runtimes:
            runtime.close()


def _trusted() -> dict[str, str]:
    """Return the settings by which services trust the keys of the tests."""
    names = ("CARAVAN_SECRET_KEY", "CARAVAN_TOKEN_KEYS", "MATCHING_RECOMMENDATION_MODEL")
    return {name: os.environ[name] for name in names}
