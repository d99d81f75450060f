"""A service that starts late reads a million events from the stream of history."""

import time
from contextlib import ExitStack

from sqlalchemy import func, select
from tally import KEEPING, ParticipantCopy

from bench.bus import places, samples, stages
from bench.bus.measures import Case, Figures, TrialError
from bench.bus.memory import Sampler
from servicekit.bus import membership
from servicekit.service import Runtime

EVENTS = 1_000_000
STATES = 20
"""How often each participant is told of; the copy ends in the newest state."""


def cases(scale: float) -> list[Case]:
    """List what is measured."""
    history = _History(int(EVENTS * scale))
    title = f"a service joins late and reads {history.events:,} events from the stream, PostgreSQL"
    note = f"from its start until it has joined; {history.events // STATES:,} copies, contract validated"
    return [Case("join", "join", title, history.be_read, note, close=history.close)]


class _History:
    """A stream that is filled for the first service and read by each, one after another; to fill it takes minutes."""

    def __init__(self, events: int) -> None:
        self.events = events
        self._stack, self._broker = ExitStack(), ""

    def be_read(self) -> Figures:
        """Let a new service read all of it."""
        if not self._broker:
            self._broker = self._stack.enter_context(places.broker_place())
            places.fill(self._broker, samples.admissions(self.events, self.events // STATES))
        with ExitStack() as stack:
            database = stack.enter_context(places.database_place(places.POSTGRESQL))
            return _joined(stack, stages.Addresses("", database, self._broker), self.events // STATES)

    def close(self) -> None:
        """Take it away."""
        self._stack.close()


def _joined(stack: ExitStack, addresses: stages.Addresses, copies: int) -> Figures:
    runtime = addresses.runtime(KEEPING)
    stack.callback(runtime.database.close)
    places.install(runtime, joined=False)
    stack.callback(places.forget_queue, runtime)
    began = time.monotonic()
    worker = stack.enter_context(stages.working(addresses, "tally", keeping=True))
    with Sampler({"worker": worker.process.pid}).running() as sampler:
        settled = stages.wait_for(lambda: _copies(runtime)[0] > 0, "the first copies are there")
        ended = stages.wait_for(lambda: _has_joined(runtime), "the service has joined", 3600)
    worker.end()
    if _copies(runtime) != (copies, STATES):
        raise TrialError(f"{_copies(runtime)} are copies and the oldest state, not {copies, STATES}")
    return {
        "s": ended - began,
        "events/s": copies * STATES / (ended - began),
        "worker MiB": sampler.peak("worker"),
        "worker MiB grown since its first copies": sampler.grown("worker", settled),
    }


def _copies(runtime: Runtime) -> tuple[int, int]:
    with runtime.database.read() as session:
        count, oldest = session.execute(select(func.count(), func.min(ParticipantCopy.version))).one()
    return count, oldest or 0


def _has_joined(runtime: Runtime) -> bool:
    with runtime.database.read() as session:
        member = membership.find(session)
    return member is not None and member.joined
