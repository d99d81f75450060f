"""Handle events of a full queue, each one's effect exactly once: ours, and ours with a transaction a message."""

from collections.abc import Callable
from contextlib import ExitStack

from sqlalchemy import func, select
from tally import COUNTING, Effect

from bench.bus import child, handle_real, handle_rivals, places, samples
from bench.bus.measures import Case, Figures, TrialError
from servicekit.service import Runtime

EVENTS = {"ours": 20_000, "single": 4_000, "rivals": 6_000, "real": 8_000}
"""How many events a trial takes; the slow ones get fewer."""


def cases(scale: float) -> list[Case]:
    """List what is measured."""
    ours = [
        Case("handle", f"{key}-{kind.lower()}", f"{title}, {kind}", _trial(key, kind, scale), note=note)
        for kind in (places.POSTGRESQL, places.SQLITE)
        for key, title, note in (
            ("ours", "our consumer, its own batches", "contract validated, each effect exactly once"),
            ("single", "our inbox, one transaction and acknowledgement a message", "the same guarantee"),
        )
    ]
    return [*ours, *handle_real.cases(int(EVENTS["real"] * scale)), *handle_rivals.cases(int(EVENTS["rivals"] * scale))]


def _trial(key: str, kind: str, scale: float) -> Callable[[], Figures]:
    def run() -> Figures:
        events = int(EVENTS[key] * scale)
        with ExitStack() as stack:
            broker_url = stack.enter_context(places.broker_place(history=False))
            database_url = stack.enter_context(places.database_place(kind))
            runtime = places.runtime_of(COUNTING, database_url, broker_url)
            stack.callback(runtime.database.close)
            places.install(runtime)
            places.fill(broker_url, samples.admissions(events))
            function = f"bench.bus.consuming:{'consume' if key == 'ours' else 'one_by_one'}"
            figures = child.run(function, broker_url=broker_url, database_url=database_url, events=events)
            check(runtime, events)
        return figures

    return run


def check(runtime: Runtime, events: int) -> None:
    """Count the effects.

    Raises:
        TrialError: there are too few or too many.

    """
    with runtime.database.read() as session:
        rows, distinct = session.execute(select(func.count(), func.count(Effect.event_id.distinct()))).one()
    if (rows, distinct) != (events, events):
        raise TrialError(f"{rows} effects of {distinct} events; {events} were sent")
