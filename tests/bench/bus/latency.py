"""How long an event takes from the commit that tells it to the commit of its effect, at rates that do not wait."""

import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import astuple

from bench.bus import child, places, stages
from bench.bus.measures import Case, Figures, TrialError, percentiles

RATES = (10, 100, 400, 1000)
SECONDS = 10.0
APART, TOGETHER, EMBEDDED = "latency-apart", "latency-together", "latency-embedded"


def cases(scale: float) -> list[Case]:
    """List what is measured."""
    seconds = max(SECONDS * scale, 1.0)
    return [
        Case(
            "latency",
            APART,
            "from process to process: commit → relay → worker, PostgreSQL, RabbitMQ",
            _apart(seconds),
        ),
        Case("latency", TOGETHER, "in one process, PostgreSQL, RabbitMQ", _in_one(places.POSTGRESQL, seconds)),
        Case("latency", EMBEDDED, "embedded: in one process, SQLite, no broker", _in_one(places.SQLITE, seconds)),
    ]


def _apart(seconds: float) -> Callable[[], Figures]:
    """Commit in one process, send from a second, handle in a third."""

    def run() -> Figures:
        with ExitStack() as stack:
            addresses, _, tally = stages.installed(stack, places.POSTGRESQL)
            hearing = stack.enter_context(stages.working(addresses, "tally"))
            telling = stack.enter_context(stages.working(addresses, "desk"))
            path = places.scratch() / "offered"
            achieved = child.run(
                "bench.bus.offering:offer", places_=astuple(addresses), rates=RATES, seconds=seconds, path=str(path)
            )
            offered = [json.loads(line) for line in path.read_text().splitlines()]
            stages.wait_for(lambda: stages.effects(tally) >= len(offered), "all effects are there")
            for worker in (telling, hearing):
                worker.end()
            return _figures(offered, hearing.effects, achieved)

    return run


def _in_one(kind: str, seconds: float) -> Callable[[], Figures]:
    """Commit, send and handle in one process."""

    def run() -> Figures:
        with ExitStack() as stack:
            addresses, _, _ = stages.installed(stack, kind, with_broker=kind == places.POSTGRESQL)
            path, seen = places.scratch() / "offered", places.scratch() / "together.seen"
            achieved = child.run(
                "bench.bus.offering:offer",
                places_=astuple(addresses),
                rates=RATES,
                seconds=seconds,
                path=str(path),
                own_worker=str(seen),
            )
            offered = [json.loads(line) for line in path.read_text().splitlines()]
            return _figures(offered, stages.witnessed(seen), achieved)

    return run


def _figures(offered: list[list], effects: Mapping[str, float], achieved: Mapping[str, float]) -> Figures:
    lost = [event_id for event_id, *_ in offered if event_id not in effects]
    if lost:
        raise TrialError(f"{len(lost)} of {len(offered)} events had no effect")
    figures: dict[str, float] = {}
    for rate in sorted({line[1] for line in offered}):
        mine = [line for line in offered if line[1] == rate]
        since_asked = [1000 * (effects[event_id] - asked) for event_id, _, _, asked in mine]
        since_wanted = [1000 * (effects[event_id] - wanted) for event_id, _, wanted, _ in mine]
        figures |= {f"{rate}/s|{name} ms": value for name, value in percentiles(since_asked).items()}
        figures |= {f"{rate}/s|{name} ms since due": value for name, value in percentiles(since_wanted).items()}
        figures[f"{rate}/s|commits/s"] = achieved[f"{rate}"]
    return figures
