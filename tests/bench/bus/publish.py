"""Publish into a quorum queue and wait for every confirm: ours, others, and in C as the limit."""

from collections.abc import Callable
from contextlib import ExitStack

from desk import SERVICE as DESK
from tally import COUNTING

from bench.bus import child, places
from bench.bus.measures import Case, Figures, NotHereError, TrialError
from servicekit.bus import history as queues
from servicekit.bus import topology

EVENTS = 30_000
OUTBOX_EVENTS = 20_000
SINGLE_EVENTS = 2_000
"""How many one by one: they take a round trip each."""
QUEUE = topology.queue_of(COUNTING.name)


def cases(scale: float) -> list[Case]:
    """List what is measured."""
    windowed, single = int(EVENTS * scale), int(SINGLE_EVENTS * scale)
    window, one = f"windows of {places.WINDOW}", "one by one"
    return [
        _case("c-window", f"librabbitmq in C, {window}", "in_c", windowed, window=places.WINDOW),
        _case("c-one", f"librabbitmq in C, {one}", "in_c", single, window=1),
        _case("ours", f"our relay's publishing step, {window}", "ours", windowed),
        _case("ours-history", "the same, into the stream of history as well", "ours", windowed, history=True),
        _case("kombu-one", f"kombu, {one}", "kombu_one_by_one", single),
        _case("pika-one", f"pika, {one}", "pika_one_by_one", single),
        *(_outbox_case(kind, int(OUTBOX_EVENTS * scale)) for kind in (places.POSTGRESQL, places.SQLITE)),
        _outbox_case(places.POSTGRESQL, int(OUTBOX_EVENTS * scale), history=True),
    ]


def _case(
    key: str, title: str, function: str, events: int, *, history: bool = False, window: int | None = None
) -> Case:
    def run() -> Figures:
        if function == "in_c" and not places.C_CLIENT.exists():
            raise NotHereError("a C compiler and librabbitmq's headers (gcc, librabbitmq-dev)")
        arguments = {"events": events} | ({"window": window} if window else {})
        with places.broker_place(history=history) as broker_url:
            queues.declare(broker_url, COUNTING)
            figures = child.run(f"bench.bus.publishing:{function}", broker_url=broker_url, **arguments)
            _check(broker_url, events)
        return figures

    return Case("publish", key, title, run)


def _outbox_case(kind: str, events: int, *, history: bool = False) -> Case:
    key = f"outbox-{kind.lower()}" + ("-history" if history else "")
    title = f"our relay, from outbox row to its deletion, {kind}"
    return Case(
        "publish",
        key,
        title + (", into the stream as well" if history else ""),
        _from_outbox(kind, events, history=history),
    )


def _from_outbox(kind: str, events: int, *, history: bool) -> Callable[[], Figures]:
    def run() -> Figures:
        with ExitStack() as stack:
            broker_url = stack.enter_context(places.broker_place(history=history))
            database_url = stack.enter_context(places.database_place(kind))
            runtime = places.runtime_of(DESK, database_url, broker_url)
            stack.callback(runtime.database.close)
            places.install(runtime)
            queues.declare(broker_url, COUNTING)
            figures = child.run(
                "bench.bus.publishing:from_outbox", broker_url=broker_url, database_url=database_url, events=events
            )
            _check(broker_url, events)
        return figures

    return run


def _check(broker_url: str, events: int) -> None:
    found = places.waiting_in(broker_url, QUEUE)
    if found != events:
        raise TrialError(f"{found} messages in the queue; {events} were sent")
