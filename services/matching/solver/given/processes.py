"""Searches in processes of their own: a search cannot be interrupted from within, but a process can be ended."""

import json
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from queue import Empty, Queue
from threading import Thread
from typing import Any, Self

WORKER = (sys.executable, "-m", "matching.solver.given.worker")
Message = dict[str, Any]


class Processes:
    """Searches at work on one problem; all are ended on leaving."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        self._problem = problem
        self._told: Queue[Message] = Queue()
        self._workers: list[subprocess.Popen[str]] = []
        self._readers: list[Thread] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.kill()
        for worker, reader in zip(self._workers, self._readers, strict=True):
            worker.wait()
            reader.join()
            if worker.stdout:
                worker.stdout.close()

    def __len__(self) -> int:
        return len(self._workers)

    def start(self, manner: str) -> None:
        """Let one more search begin."""
        worker = subprocess.Popen(  # noqa: S603  our own module
            [*WORKER, manner], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        reader = Thread(target=self._read, args=(worker,), daemon=True)
        self._workers.append(worker)
        self._readers.append(reader)
        reader.start()

    def hear(self, seconds: float) -> Message:
        """Give the next thing that some search tells, or nothing if none does within some seconds.

        Raises:
            RuntimeError: a search ended without an answer.

        """
        try:
            message = self._told.get(timeout=max(0.0, seconds))
        except Empty:
            return {}
        if message.get("ended"):
            raise RuntimeError("A search ended without an answer.")
        return message

    def _read(self, worker: subprocess.Popen[str]) -> None:
        """Give a worker the problem and pass on what it tells; an end without an answer is told, too."""
        if worker.stdin is None or worker.stdout is None:
            return
        with suppress(BrokenPipeError), worker.stdin:
            json.dump(self._problem, worker.stdin)
        for line in worker.stdout:
            self._told.put(json.loads(line))
        self._told.put({"ended": worker.wait()})
