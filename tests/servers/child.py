"""A server process that lives no longer than the test run."""

import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


class Child:
    """One server in the foreground; dies with the test run even if that is killed (Linux)."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log: Path, user: str | None = None):
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [*_guard(user), *command],
                env=environment,
                cwd=log.parent,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._log = log

    @property
    def pid(self) -> int:
        """Process id of the server."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process.poll() is None

    def check(self) -> None:
        """Raise RuntimeError with the end of the log if the process has ended."""
        if not self.is_running:
            last_words = self._log.read_text(errors="replace")[-2000:]
            raise RuntimeError(f"The server ended with status {self._process.returncode}:\n{last_words}")

    def end(self, by: signal.Signals, timeout_seconds: float = 30) -> None:
        """Send a signal and wait for the end; kill what does not end in time."""
        self._process.send_signal(by)
        try:
            self._process.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def as_user(user: str | None) -> list[str]:
    """Words before a command that make it run as another user; none for None."""
    return [] if user is None else ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--"]


def _guard(user: str | None) -> list[str]:
    if shutil.which("setpriv") is None:
        return []
    return ["setpriv", "--pdeathsig=KILL", *(as_user(user)[1:] or ["--"])]
