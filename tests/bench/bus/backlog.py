"""Catch up after an outage: 100,000 events wait in an outbox, then the workers come back."""

import time
from collections.abc import Callable
from contextlib import ExitStack

from bench.bus import places, samples, stages
from bench.bus.measures import Case, Figures
from bench.bus.memory import Sampler

EVENTS = 100_000
SETTLED = 0.2
"""From which part of the way on memory should stay as it is."""


def cases(scale: float) -> list[Case]:
    """List what is measured."""
    events = int(EVENTS * scale)
    title = f"{events:,} waiting events,"
    note = "from the start of the workers to the last effect"
    apart, embedded = (_trial(events, kind) for kind in (places.POSTGRESQL, places.SQLITE))
    return [
        Case("backlog", "backlog", f"{title} relay and consumer in two processes, PostgreSQL, RabbitMQ", apart, note),
        Case("backlog", "backlog-embedded", f"{title} embedded in one process, SQLite", embedded, note),
    ]


def _trial(events: int, kind: str) -> Callable[[], Figures]:
    is_apart = kind == places.POSTGRESQL

    def run() -> Figures:
        with ExitStack() as stack:
            addresses, desk, tally = stages.installed(stack, kind, with_broker=is_apart)
            places.record(desk, samples.admissions(events))
            teams = {"relay": ["desk"], "consumer": ["tally"]} if is_apart else {"process": ["desk", "tally"]}
            began = time.monotonic()
            workers = {name: stack.enter_context(stages.working(addresses, *team)) for name, team in teams.items()}
            sampler = Sampler({name: worker.process.pid for name, worker in workers.items()})
            with sampler.running():
                settled = stages.wait_for(lambda: stages.effects(tally) >= SETTLED * events, "a part is handled")
                ended = stages.wait_for(lambda: stages.effects(tally) >= events, "all are handled")
            for worker in workers.values():
                worker.end()
            seconds = ended - began
            figures = {"s": seconds, "events/s": events / seconds}
            for name in workers:
                peak = sampler.peak(name)
                figures |= {f"{name} MiB": peak, f"{name} MiB grown since a fifth": sampler.grown(name, settled)}
        return figures

    return run
