"""Add up what several web processes of one service count, whichever of them is asked.

Each one writes what it has counted to a file of its own in a folder that they share, every
other second; who is asked adds the others' files to its own figures. What a process counted
stays counted when it ends. (The library's own way is global to a process: it would mix the
services of one process, and must be chosen before the first import.)
"""

import json
import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from prometheus_client.core import Metric

from servicekit import failures

log = logging.getLogger(__name__)

WRITE_SECONDS = 2.0
_ADDED = ("counter", "histogram")
Key = tuple[str, tuple[tuple[str, str], ...]]
"""The name of a sample and its labels."""


class Shared:
    """What a process that works alone shares: nothing."""

    def added(self, own: list[Metric]) -> list[Metric]:
        """Return the figures as they are."""
        return own


class SharedFolder(Shared):
    """Figures that processes count together in a folder."""

    def __init__(self, folder: Path, collect: Callable[[], Sequence[Metric]]) -> None:
        self._folder, self._collect = folder, collect
        self._own = folder / f"{os.getpid()}.json"
        self._written = ""
        folder.mkdir(parents=True, exist_ok=True)
        threading.Thread(target=self._keep_writing, name="figures", daemon=True).start()

    def added(self, own: list[Metric]) -> list[Metric]:
        """Return the figures with the others' counters and histograms added; levels stay those of this process."""
        others = self._others()
        for family in own:
            if family.type in _ADDED:
                _add(family, others.get(family.name, {}))
        return own

    def write(self) -> None:
        """Write what this process has counted, if that has changed."""
        figures = {
            family.name: [[sample.name, sorted(sample.labels.items()), sample.value] for sample in family.samples]
            for family in self._collect()
            if family.type in _ADDED
        }
        text = json.dumps(figures)
        if text != self._written:
            draft = self._own.with_suffix(".draft")
            draft.write_text(text, encoding="utf-8")
            draft.replace(self._own)
            self._written = text

    def _keep_writing(self) -> None:
        pause = threading.Event()
        while not pause.wait(WRITE_SECONDS):
            if not self._folder.exists():
                return
            try:
                self.write()
            except OSError as error:  # a full disk: the figures stay as old as they are until it has room
                log.warning("figures cannot be shared", extra={"cause": failures.told(error)})

    def _others(self) -> dict[str, dict[Key, float]]:
        total: dict[str, dict[Key, float]] = {}
        for path in sorted(self._folder.glob("*.json")):
            if path != self._own:
                for name, key, value in _read(path):
                    found = total.setdefault(name, {})
                    found[key] = found.get(key, 0.0) + value
        return total


def _read(path: Path) -> Iterator[tuple[str, Key, float]]:
    for family, samples in json.loads(path.read_text(encoding="utf-8")).items():
        for name, labels, value in samples:
            yield family, (name, tuple((label, said) for label, said in labels)), value


def _add(family: Metric, others: dict[Key, float]) -> None:
    samples = []
    for sample in family.samples:
        key = (sample.name, tuple(sorted(sample.labels.items())))
        samples.append(sample._replace(value=sample.value + others.pop(key, 0.0)))
    family.samples = samples
    for (name, labels), value in others.items():
        family.add_sample(name, dict(labels), value)
