"""Processes of the command, as an operator runs them, but forked from one that has its imports done.

They are as real as those of subprocess and can be killed like them; to import everything takes each of those a second
or two, and the tests start some hundred.
"""

import atexit
import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory

from caravan.cli import COMMANDS

CARAVAN = (sys.executable, "-m", "caravan")
_SECONDS = 120.0
FORKS = multiprocessing.get_context("forkserver")
_SERVICES = ("registration.service", "matching.service", "notifications.service")
FORKS.set_forkserver_preload(["spared", *(place.partition(":")[0] for place in COMMANDS.values()), *_SERVICES])


def caravan(*arguments: object, environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run `caravan` with an environment; return its exit status and what it wrote.

    Raises:
        subprocess.TimeoutExpired: it did not end within two minutes.

    """
    command = (*CARAVAN, *map(str, arguments))
    with TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        child = Child(command, environ, out, err)
        try:
            status = child.wait(_SECONDS)
        finally:
            if child.poll() is None:
                child.send_signal(signal.SIGKILL)
        return subprocess.CompletedProcess(command, status, out.read_text(), err.read_text())


class Child:
    """A process in a session of its own; it is asked, waited for and signalled like one of subprocess.

    Args:
        command: `python -m MODULE ARGUMENT…`, of the interpreter that runs the tests.
        environ: All of its environment.
        out, err: Files to whose ends it writes.

    """

    def __init__(self, command: Sequence[str], environ: Mapping[str, str], out: Path, err: Path) -> None:
        self._command, self._lock = command, threading.Lock()
        self._process = FORKS.Process(target=_run, args=(command[2:], dict(environ), out, err), daemon=True)
        self._process.start()
        self.pid = self._process.pid or 0
        while self.poll() is None and not self._leads():
            time.sleep(0.001)

    @property
    def returncode(self) -> int | None:
        """Its exit status, negative for a signal; None while it runs."""
        return self.poll()

    def poll(self) -> int | None:
        """Return its exit status if it has ended."""
        with self._lock:  # it can be read but once
            return self._process.exitcode

    def wait(self, timeout: float = inf) -> int:
        """Wait for its end and return its exit status, or raise subprocess.TimeoutExpired."""
        end = time.monotonic() + timeout
        while (status := self.poll()) is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired(self._command, timeout)
            time.sleep(0.01)
        return status

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def _leads(self) -> bool:
        try:
            return os.getpgid(self.pid) == self.pid
        except ProcessLookupError:
            return False


def _run(command: Sequence[str], environ: Mapping[str, str], out: Path, err: Path) -> None:
    os.setsid()
    for number, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o644), number)
    os.environ.clear()
    os.environ.update(environ)
    sys.path[:0] = filter(None, environ.get("PYTHONPATH", "").split(os.pathsep))
    sys.argv = list(command)
    try:
        runpy.run_module(command[0], run_name="__main__", alter_sys=True)
    finally:
        atexit._run_exitfuncs()
