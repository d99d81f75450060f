"""Serve the notes over a real connection, in a process of its own.

    python -m serving DATABASE_URL PORT ASKING_SECONDS

The settings of the service stand in the environment.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from caravan.serving.server import Server
from caravan.serving.slow_clients import SlowClientWorker
from commanding import Child
from notes_http import SERVICE
from servers.ports import free_port
from servicekit.service import assemble


@contextmanager
def served(url: str, folder: Path, asking_seconds: float = 30, **settings: str) -> Iterator[tuple[str, int]]:
    """Serve the database of an address in a process with two threads; give the host and port."""
    port, log = free_port(), folder / "serving.log"
    environ = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    environ |= {f"WRITER_{name.upper()}": value for name, value in settings.items()}
    environ["WRITER_DATABASE_URL"] = url
    arguments = (str(port), str(asking_seconds))
    child = Child((sys.executable, "-m", "serving", *arguments), environ, log, log)
    try:
        _wait(f"http://127.0.0.1:{port}/writer/health/live", child, log)
        yield "127.0.0.1", port
    finally:
        child.terminate()
        child.wait(30)


def _wait(url: str, child: Child, log: Path) -> None:
    while True:
        assert child.poll() is None, log.read_text()
        try:
            requests.get(url, timeout=5)
        except requests.ConnectionError:
            time.sleep(0.02)
        else:
            return


def main(port: str, asking_seconds: str) -> None:
    """Serve until told to end."""
    SlowClientWorker.receive_timeout_seconds = float(asking_seconds)
    Server(lambda: [assemble(SERVICE)], f"127.0.0.1:{port}", workers=1, threads=2, with_worker=False).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
