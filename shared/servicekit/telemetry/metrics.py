"""Metrics.

Add up what several web processes of one service count, whichever of them is asked.

Each one writes what it has counted to a file of its own in a folder that they share, every
other second; who is asked adds the others' files to its own figures. What a process counted
stays counted when it ends. (The library's own way is global to a process: it would mix the
services of one process, and must be chosen before the first import.)

What a process counts and times of its own work, as Prometheus reads it.

Each runtime owns its figures: nothing is global, so that several services of one process
stay apart. An observation costs about a microsecond, because it is made for every event.
"""

import json
import logging
import os
import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from uuid import UUID

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from servicekit import identifiers
from servicekit.telemetry import logs

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
                log.warning("figures cannot be shared", extra={"cause": logs.told(error)})

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


PREFIX = "caravan_"
Labels = tuple[str, ...]

_WORK = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_LONG = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)
_LAG = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 7200.0)
_SIZES = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)


class Count:
    """A number that only grows."""

    def __init__(self, name: str, about: str, labels: Labels = ()) -> None:
        self.name, self._about, self._labels = PREFIX + name, about, labels
        self._lock = threading.Lock()
        self._values: dict[Labels, float] = {} if labels else {(): 0.0}

    def add(self, amount: float = 1.0, key: Labels = ()) -> None:
        """Let it grow."""
        with self._lock:
            self._values[key] = self._values.get(key, 0.0) + amount

    def collect(self) -> Metric:
        """Return it as Prometheus reads it."""
        family = CounterMetricFamily(self.name, self._about, labels=self._labels)
        with self._lock:
            for key, value in sorted(self._values.items()):
                family.add_metric(key, value)
        return family


class Level:
    """A number that goes up and down; without a value until there is one."""

    def __init__(self, name: str, about: str, labels: Labels = ()) -> None:
        self.name, self._about, self._labels = PREFIX + name, about, labels
        self._values: dict[Labels, float] = {}

    def set(self, value: float, key: Labels = ()) -> None:
        """Note how it stands."""
        self._values[key] = value

    def collect(self) -> Metric:
        """Return it as Prometheus reads it."""
        family = GaugeMetricFamily(self.name, self._about, labels=self._labels)
        for key, value in sorted(self._values.copy().items()):
            family.add_metric(key, value)
        return family


class Spread:
    """How values spread over buckets, as a histogram."""

    def __init__(self, name: str, about: str, bounds: Sequence[float], labels: Labels = ()) -> None:
        self.name, self._about, self._labels, self._bounds = PREFIX + name, about, labels, tuple(bounds)
        self._names = [*map(str, self._bounds), "+Inf"]
        self._lock = threading.Lock()
        self._counts: dict[Labels, list[int]] = {}
        self._sums: dict[Labels, float] = {}

    def observe(self, value: float, key: Labels = (), times: int = 1) -> None:
        """Note a value, or the same one several times."""
        with self._lock:
            counts = self._counts.get(key)
            if counts is None:
                counts = self._counts[key] = [0] * len(self._names)
                self._sums[key] = 0.0
            counts[bisect_left(self._bounds, value)] += times
            self._sums[key] += value * times

    def collect(self) -> Metric:
        """Return it as Prometheus reads it."""
        family = HistogramMetricFamily(self.name, self._about, labels=self._labels)
        with self._lock:
            for key, counts in sorted(self._counts.items()):
                family.add_metric(key, self._cumulated(counts), sum_value=self._sums[key])
        return family

    def _cumulated(self, counts: Sequence[int]) -> list[tuple[str, float]]:
        total, buckets = 0, []
        for name, count in zip(self._names, counts, strict=True):
            total += count
            buckets.append((name, float(total)))
        return buckets


class Metrics:
    """The figures of one service in this process."""

    def __init__(self) -> None:
        self.published = Count("events_published_total", "Events that left the outbox: confirmed, or handed over.")
        self.confirm_seconds = Spread(
            "publish_confirm_seconds", "From sending a window of events to the broker's last confirm of it.", _WORK
        )
        self.unroutable = Count("unroutable_total", "Events that the broker returned because no queue takes them.")
        self.handled = Count(
            "events_handled_total", "Events that came for the first time: handled or, failing that, parked."
        )
        self.duplicates = Count("duplicates_dropped_total", "Events that came again and were known.")
        self.redelivered = Count("redelivered_total", "Events that the broker delivered once more.")
        self.in_hand = Level("events_in_hand", "Events that the worker has taken from its queue and not acknowledged.")
        self.batch_events = Spread("batch_events", "Events in one batch.", _SIZES)
        self.lag_seconds = Spread("consumer_lag_seconds", "Age of a batch's first event when it took effect.", _LAG)
        self.progress = Level(
            "consumer_last_progress_timestamp_seconds", "When a batch last took effect, in seconds since 1970."
        )
        self.connected = Level(
            "broker_connected", "Whether a part of the worker holds a connection to the broker.", ("part",)
        )
        self.handler_seconds = Spread(
            "handler_seconds", "Runs of handlers, those that were rolled back, too.", _WORK, ("type", "kind", "result")
        )
        self.task_seconds = Spread("task_seconds", "Pieces of work of a task.", _LONG, ("task", "result"))
        self.http_seconds = Spread("http_request_seconds", "Requests.", _WORK, ("method", "route", "status"))

        self._shared = Shared()

    def collect(self) -> list[Metric]:
        """Return all of them, with what the processes count that share the work of this one."""
        return self._shared.added(self._own())

    def share(self, folder: Path) -> None:
        """Count together with the processes that use the same folder; call it after the fork."""
        self._shared = SharedFolder(folder, self._own)

    def _own(self) -> list[Metric]:
        figures = [figure for figure in vars(self).values() if isinstance(figure, (Count, Level, Spread))]
        return [figure.collect() for figure in figures]

    def sent(self, window: int, arrived: int, seconds: float) -> None:
        """Note a window of events that the broker confirmed, some of which may have come back."""
        self.confirm_seconds.observe(seconds)
        self.published.add(arrived)
        self.unroutable.add(window - arrived)

    def took_effect(self, live: int, fresh: int, first: UUID | None) -> None:
        """Note a batch that was committed: its live events, how many of them were new, the id of the first."""
        now = time.time()
        self.progress.set(now)
        if not live:
            return
        self.batch_events.observe(live)
        self.handled.add(fresh)
        self.duplicates.add(live - fresh)
        if first is not None and first.version == 7:
            self.lag_seconds.observe(max(now - identifiers.made_at(first).timestamp(), 0.0))
