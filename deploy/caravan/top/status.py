"""The status of a service at one moment, computed from its Prometheus metrics."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from prometheus_client.parser import text_string_to_metric_families

AWAY = "away"
UNREADY = "unready"


@dataclass(frozen=True, kw_only=True)
class ServiceStatus:
    """A service at one moment; None means unknown."""

    service: str
    state: str
    at: float = field(default_factory=time.monotonic)
    outbox: float | None = None
    oldest: float | None = None
    """Age of the oldest event in the outbox, in seconds."""
    queue: float | None = None
    unacked: float | None = None
    sent: float | None = None
    """Events sent by the process since its start."""
    done: float | None = None
    sent_rate: float | None = None
    done_rate: float | None = None
    parked: float | None = None
    dead: float | None = None
    quiet: float | None = None
    """Seconds since the consumer's last progress."""

    def with_rates_since(self, earlier: "ServiceStatus | None") -> "ServiceStatus":
        """Return the status with rates since an earlier one, unless it has rates already."""
        if earlier is None:
            return self
        sent = _rate(earlier.sent, self.sent, self.at - earlier.at)
        done = _rate(earlier.done, self.done, self.at - earlier.at)
        return replace(
            self,
            sent_rate=sent if self.sent_rate is None else self.sent_rate,
            done_rate=done if self.done_rate is None else self.done_rate,
        )

    def as_dict(self) -> dict[str, str | float | None]:
        """Return the JSON object of `caravan top --json`."""
        names = ("service", "state", "outbox", "oldest", "queue", "unacked")
        rates = ("sent_rate", "done_rate", "parked", "dead", "quiet")
        return {name: _rounded(getattr(self, name)) for name in (*names, *rates)}


class Metrics:
    """The metrics of several processes of one service: counters of workers are added, the highest gauge is taken."""

    def __init__(self, *texts: str) -> None:
        self._values: dict[str, list[float]] = {}
        self.has_worker = False
        for text in texts:
            self._add(text)

    def _add(self, text: str) -> None:
        own = list(_samples(text))
        works = any(name == "caravan_loop_turn_age_seconds" for name, _ in own)
        self.has_worker |= works
        for name, value in own:
            if works or not name.endswith("_total"):
                self._values.setdefault(name, []).append(value)

    def highest(self, name: str) -> float | None:
        """Return the highest value of a metric; None without one. `name` lacks the prefix `caravan_`."""
        found = self._values.get(f"caravan_{name}")
        return max(found) if found else None

    def total(self, name: str) -> float | None:
        """Return the sum of a counter over the worker processes; None without one."""
        found = self._values.get(f"caravan_{name}_total")
        return sum(found) if found else None


def status_from_metrics(service: str, figures: Metrics) -> ServiceStatus:
    """Return the status of a service from its metrics."""
    progress = figures.highest("consumer_last_progress_timestamp_seconds")
    return ServiceStatus(
        service=service,
        state=_state(figures),
        outbox=figures.highest("outbox_pending"),
        oldest=figures.highest("outbox_oldest_unsent_seconds"),
        queue=figures.highest("queue_waiting"),
        sent=figures.total("events_published"),
        done=figures.total("events_handled"),
        parked=figures.highest("events_parked"),
        dead=figures.highest("events_dead"),
        quiet=max(time.time() - progress, 0.0) if progress else None,
    )


def _state(figures: Metrics) -> str:
    """Return the most urgent state."""
    if figures.highest("ready") != 1:
        return UNREADY
    if figures.highest("broker_up") == 0:
        return "no bus"
    if figures.highest("history_missing"):
        return "no history"
    if figures.highest("queue_missing") or figures.highest("replay_gap_seconds"):
        return "healing"
    if not figures.highest("joined"):
        return "joining"
    return "degraded" if figures.highest("events_dead") else "ready"


def _samples(text: str) -> Iterator[tuple[str, float]]:
    for family in text_string_to_metric_families(text):
        yield from ((sample.name, sample.value) for sample in family.samples)


def _rate(before: float | None, after: float | None, seconds: float) -> float | None:
    """Return the rate of a counter per second; a lower value than before means that the process restarted at zero."""
    if before is None or after is None or seconds <= 0:
        return None
    return (after - before if after >= before else after) / seconds


def _rounded(value: str | float | None) -> str | float | None:
    return round(value, 3) if isinstance(value, float) else value


def with_broker_queue(status: ServiceStatus, queue: Mapping[str, float]) -> ServiceStatus:
    """Return the status with the broker's figures of the service's queue."""
    return replace(
        status,
        queue=queue.get("ready", status.queue),
        unacked=queue.get("unacked"),
        done_rate=status.done_rate if status.done is not None else queue.get("acked_rate"),
    )
