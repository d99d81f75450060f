"""Run `caravan up` as a child process for the demo."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import requests

from caravan.client import SERVICES, PlatformError
from caravan.local_instance import DEFAULT_PORT
from caravan.ports import LOOPBACK, free_port

STOP_SECONDS = 30.0


class NotStartedError(PlatformError):
    """The platform of the demo did not start."""


@dataclass
class PlatformProcess:
    """A running `caravan up`."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path
    data: Path

    def wait_until_ready(self, seconds: float) -> None:
        """Wait until every service is ready.

        Raises:
            NotStartedError: the process ended, or the time is over.

        """
        end = time.monotonic() + seconds
        ready = False
        while not ready:
            ready = all(self._is_ready(name) for name in SERVICES)
            if self.process.poll() is not None:
                raise NotStartedError(f"caravan up ended with {self.process.returncode}: {self._last_output()}")
            if time.monotonic() > end:
                raise NotStartedError(f"caravan up is not ready after {seconds:.0f} s; see {self.log}")
            time.sleep(0.1)

    def _is_ready(self, service: str) -> bool:
        with contextlib.suppress(requests.RequestException), requests.Session() as session:
            session.trust_env = False
            return session.get(f"{self.url}/{service}/health/ready", timeout=5).ok
        return False

    def _last_output(self) -> str:
        lines = self.log.with_name("up.out").read_text("utf-8", "replace").splitlines()
        return " ".join(lines[-3:]) or f"see {self.log}"

    def sign_in_link(self, email: str) -> str:
        """Return a link for signing in once as an administrator; the error text if that fails."""
        command = [sys.executable, "-m", "caravan", "admin", "create", email]
        environ = os.environ | {"CARAVAN_DATA": str(self.data), "CARAVAN_PUBLIC_URL": self.url}
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)  # noqa: S603  # ours
        return done.stdout.strip() or done.stderr.strip()

    def wait(self) -> None:
        """Wait until the process ends by itself."""
        self.process.wait()

    def stop(self) -> None:
        """Terminate the process; kill it if it does not end in time."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def is_platform_configured(environ: Mapping[str, str] = os.environ) -> bool:
    """Return whether the environment gives the address of a running platform."""
    return any(f"{name.upper()}_URL" in environ for name in SERVICES)


@contextlib.contextmanager
def run_platform(data: Path, port: int | None, *, fresh: bool) -> Iterator[PlatformProcess]:
    """Run `caravan up` with a movable clock until the block ends.

    Args:
        data: Its data folder.
        port: Its port; 8000, or any free one, if None.
        fresh: Delete the data of an earlier demo first.

    Raises:
        PortTakenError: the wanted port is taken.

    """
    chosen = free_port(port, DEFAULT_PORT)
    data.mkdir(parents=True, exist_ok=True)
    if fresh:
        _clear(data)
    log = (data / "up.log").resolve()
    command = [
        sys.executable,
        "-m",
        "caravan",
        "up",
        "--port",
        str(chosen),
        "--data",
        str(data),
        "--log-file",
        str(log),
    ]
    environ = os.environ | {"CARAVAN_MOVABLE_CLOCK": "true", "REGISTRATION_SECOND_FACTOR": "offered"}
    with (data / "up.out").open("wb") as output:
        process = subprocess.Popen(  # noqa: S603  # our own program
            command, stdout=output, stderr=subprocess.STDOUT, env=environ, start_new_session=True
        )
        running = PlatformProcess(process, f"http://{LOOPBACK}:{chosen}", log, data)
        try:
            yield running
        finally:
            running.stop()


def _clear(data: Path) -> None:
    """Delete the files of an earlier demo in its folder, and nothing else."""
    for pattern in ("*.db", "*.db-wal", "*.db-shm", "*.log", "*.out", "secret.key"):
        for path in data.glob(pattern):
            path.unlink()
    shutil.rmtree(data / "mailbox", ignore_errors=True)
