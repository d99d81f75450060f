"""Offer work at a steady rate, whatever becomes of it: what a web process commits, and when it wanted to."""

import itertools
import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from desk import SERVICE as DESK
from desk import admit
from sqlalchemy import func, select
from tally import COUNTING

from bench.bus import stages
from bench.bus.progress import Witness
from servicekit import identifiers
from servicekit.data.tables import outbox
from servicekit.service import Runtime
from servicekit.worker import Worker

THREADS = 16
WARM_UP_SECONDS = 1.0


def offer(
    places_: list[str], rates: Sequence[int], seconds: float, path: str, own_worker: str = ""
) -> dict[str, float]:
    """Offer each rate for so long, and write (event, rate, wanted, asked) of each commit into a file.

    `wanted` is when the commit was due, `asked` when the database was asked for it: they part where
    the machine does not keep up. With a worker of its own the process also handles what it tells, and
    leaves in that file when it had.
    """
    addresses, witness = stages.Addresses(*places_), Witness()
    desk = addresses.runtime(DESK)
    worker = Worker([desk, addresses.runtime(COUNTING)]) if own_worker else None
    if worker:
        worker.start()
    try:
        _at_rate(desk, 4 * THREADS, 4 * THREADS / WARM_UP_SECONDS)
        lines, figures = [], {}
        for rate in rates:
            _quiet(desk)
            told = _at_rate(desk, max(int(rate * seconds), 1), rate)
            lines += [json.dumps([str(event_id), rate, wanted, asked]) + "\n" for event_id, wanted, asked in told]
            figures[f"{rate}"] = len(told) / (max(asked for _, _, asked in told) - told[0][1] + 1 / rate)
        _quiet(desk)
        time.sleep(WARM_UP_SECONDS if worker else 0)  # what the worker here has in hand
    finally:
        if worker:
            worker.stop()
            stages.leave(witness, Path(own_worker))
    Path(path).write_text("".join(lines), encoding="ascii")
    return figures


def _at_rate(desk: Runtime, count: int, rate: float) -> list[tuple[object, float, float]]:
    """Commit events on a timetable that does not wait for slow ones; return (event, wanted, asked) of each."""
    mission, numbers, told = identifiers.fresh(), itertools.count(), []
    start = time.monotonic() + 0.1

    def run() -> None:
        while (number := next(numbers)) < count:
            wanted = start + number / rate
            time.sleep(max(wanted - time.monotonic(), 0))
            with desk.database.write() as session:
                event_id = admit(session, mission)
                session.flush()
                asked = time.monotonic()
            told.append((event_id, wanted, asked))

    with ThreadPoolExecutor(THREADS) as threads:
        for one in [threads.submit(run) for _ in range(THREADS)]:
            one.result()
    return sorted(told, key=lambda one: one[1])


def _quiet(desk: Runtime) -> None:
    """Wait until all is sent."""

    def is_empty() -> bool:
        waiting = select(func.count()).select_from(outbox).where(outbox.c.sent_at.is_(None))
        with desk.database.read() as session:
            return not session.scalar(waiting)

    stages.wait_for(is_empty, "the outbox is empty")
