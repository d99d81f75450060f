"""What one look at a service finds, read from the figures that it exposes."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from prometheus_client.parser import text_string_to_metric_families

AWAY = "away"
UNREADY = "unready"


@dataclass(frozen=True, kw_only=True)
class ServiceStatus:
    """One service at one moment; None is what is not known."""

    service: str
    state: str
    at: float = field(default_factory=time.monotonic)
    outbox: float | None = None
    oldest: float | None = None
    """Age of the oldest event in the outbox, in seconds."""
    queue: float | None = None
    unacked: float | None = None
    sent: float | None = None
    """Events that the process has sent since its start."""
    done: float | None = None
    sent_rate: float | None = None
    done_rate: float | None = None
    parked: float | None = None
    dead: float | None = None
    quiet: float | None = None
    """How long ago the last batch took effect, in seconds."""

    def with_rates_since(self, earlier: "ServiceStatus | None") -> "ServiceStatus":
        """Return the look with the rates since an earlier one, where it has none of its own."""
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
        """Return what a program wants to know."""
        names = ("service", "state", "outbox", "oldest", "queue", "unacked")
        rates = ("sent_rate", "done_rate", "parked", "dead", "quiet")
        return {name: _rounded(getattr(self, name)) for name in (*names, *rates)}


class Metrics:
    """The figures of some processes of one service, added up or, where each says the same, taken once."""

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
        """Return what every process says of the service, or the highest where they differ."""
        found = self._values.get(f"caravan_{name}")
        return max(found) if found else None

    def total(self, name: str) -> float | None:
        """Return what the working processes have counted together."""
        found = self._values.get(f"caravan_{name}_total")
        return sum(found) if found else None


def read(service: str, figures: Metrics) -> ServiceStatus:
    """Return what the figures say about a service."""
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
    """Say the most urgent thing."""
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
    """Return how much came each second; a process that began anew has counted from nothing."""
    if before is None or after is None or seconds <= 0:
        return None
    return (after - before if after >= before else after) / seconds


def _rounded(value: str | float | None) -> str | float | None:
    return round(value, 3) if isinstance(value, float) else value


def with_broker_queue(look: ServiceStatus, queue: Mapping[str, float]) -> ServiceStatus:
    """Return the look with what the broker says about the service's queue."""
    return replace(
        look,
        queue=queue.get("ready", look.queue),
        unacked=queue.get("unacked"),
        done_rate=look.done_rate if look.done is not None else queue.get("acked_rate"),
    )
