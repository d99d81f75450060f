"""A service that starts late reads a million events from the stream of history; once, since it takes minutes."""

import time
from contextlib import ExitStack

from sqlalchemy import func, select
from tally import KEEPING, ParticipantCopy

from bench.bus import places, samples, stages
from bench.bus.measures import Case, Figures, TrialError
from bench.bus.memory import Sampler
from servicekit import membership
from servicekit.runtime import Runtime

EVENTS = 1_000_000
STATES = 20
"""How often each participant is told of; the copy ends in the newest state."""


def cases(scale: float) -> list[Case]:
    """List what is measured."""
    events = int(EVENTS * scale)
    title = f"a service joins late and reads {events:,} events from the stream, PostgreSQL"
    note = f"from its start until it has joined; {events // STATES:,} copies, contract validated; measured once"
    return [Case("join", "join", title, lambda: _trial(events), note, runs=1)]


def _trial(events: int) -> Figures:
    with ExitStack() as stack:
        addresses = stages.placed(stack, places.POSTGRESQL)
        made = time.monotonic()
        places.fill(addresses.broker, samples.admissions(events, events // STATES))
        filled = time.monotonic() - made
        runtime = places.runtime_of(KEEPING, addresses.tally, addresses.broker)
        stack.callback(runtime.database.close)
        places.install(runtime, joined=False)
        began = time.monotonic()
        worker = stack.enter_context(stages.working(addresses, "tally", keeping=True))
        with Sampler({"worker": worker.process.pid}).running() as sampler:
            settled = stages.wait_for(lambda: _copies(runtime)[0] > 0, "the first copies are there")
            ended = stages.wait_for(lambda: _has_joined(runtime), "the service has joined", 3600)
        worker.end()
        copies, oldest = _copies(runtime)
        if (copies, oldest) != (events // STATES, STATES):
            raise TrialError(f"{copies} copies, the oldest of state {oldest}")
        seconds = ended - began
        return {
            "s": seconds,
            "events/s": events / seconds,
            "worker MiB": sampler.peak("worker"),
            "worker MiB grown since its first copies": sampler.grown("worker", settled),
            "s to fill the stream": filled,
        }


def _copies(runtime: Runtime) -> tuple[int, int]:
    with runtime.database.read() as session:
        count, oldest = session.execute(select(func.count(), func.min(ParticipantCopy.version))).one()
    return count, oldest or 0


def _has_joined(runtime: Runtime) -> bool:
    with runtime.database.read() as session:
        member = membership.find(session)
    return member is not None and member.joined
