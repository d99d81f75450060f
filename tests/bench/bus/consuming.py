"""What consumes in a process of its own: our consumer, and our inbox with one message at a time."""

from tally import COUNTING

from bench.bus import places
from bench.bus.progress import Progress
from servicekit.bus import broker, inbox, topology
from servicekit.bus.consumer import Consumer


def consume(broker_url: str, database_url: str, events: int) -> dict[str, float]:
    """Let our consumer take all that waits."""
    runtime = places.runtime_of(COUNTING, database_url, broker_url)
    progress = Progress(events)
    Consumer(runtime).run(progress.stop)
    return progress.figures()


def one_by_one(broker_url: str, database_url: str, events: int) -> dict[str, float]:
    """Take from the queue as our consumer does, but see each message through alone."""
    runtime = places.runtime_of(COUNTING, database_url, broker_url)
    progress = Progress(events)
    subscriber = broker.Subscriber(broker_url, 60, topology.queue_of(COUNTING.name))
    while not progress.stop.is_set():
        for delivery in subscriber.take(1):
            inbox.receive(runtime, [delivery.body])
            subscriber.acknowledge([delivery])
    subscriber.close()
    return progress.figures()
