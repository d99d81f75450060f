"""The queues of one virtual host: whose they are, what they are bound to, whether anything is left in them."""

import time
from collections.abc import Iterator

from pika.exceptions import ChannelClosedByBroker

from faults.evidence import Evidence, ask, channel_of
from servers.vhost import Vhost
from servicekit.bus import subscriptions, topology

STATISTICS_SECONDS = 15.0
"""How long the broker's statistics may speak of the past."""
STRANGERS = "ext."


def disorder(evidence: Evidence) -> Iterator[str]:
    """Say what is wrong with the queues: missing, unknown, bound to other words, or not drained."""
    assert evidence.vhost is not None
    services = {topology.queue_of(runtime.service.name): runtime.service for runtime in evidence.runtimes}
    there = {row["name"] for row in ask(evidence.vhost, "queues")}
    yield from (f"there is no queue {name}" for name in sorted(set(services) - there))
    for name in sorted(there - set(services)):
        if name != topology.LOG and not name.startswith((topology.DEAD, STRANGERS)):
            yield f"nobody owns the queue {name}"
    for name in sorted(there & set(services)):
        bound = {
            (row["source"] == topology.PRIVATE, row["routing_key"])
            for row in ask(evidence.vhost, f"queues/{name}/bindings")
            if row["source"]
        }
        wanted = subscriptions.bindings(services[name])
        if bound != wanted:
            yield f"{name} is bound to {sorted(bound ^ wanted)}, unlike what its service hears"
        left = _left(evidence.vhost, name)
        if left:
            yield f"{left} messages are left in {name}"


def dead(evidence: Evidence) -> Iterator[str]:
    """Say which of the broker's own places of dead messages hold any."""
    assert evidence.vhost is not None
    names = [row["name"] for row in ask(evidence.vhost, "queues") if row["name"].startswith(topology.DEAD)]
    counts = {name: ready(evidence.vhost, name)[0] for name in names}
    if sum(counts.values()) > evidence.may_be_dead:
        yield from (f"{count} messages died into {name}" for name, count in counts.items() if count)


def ready(vhost: Vhost, queue: str) -> tuple[int, int]:
    """Return how many messages of a queue are in nobody's hand, and how many consumers it has; (0, 0): no queue."""
    with channel_of(vhost) as channel:
        try:
            answer = channel.queue_declare(queue, passive=True).method
        except ChannelClosedByBroker:
            return 0, 0
    return answer.message_count, answer.consumer_count


def _left(vhost: Vhost, queue: str) -> int:
    """Count what is left in a queue; what a consumer holds is known from statistics alone, which come late."""
    deadline = time.monotonic() + STATISTICS_SECONDS
    while True:
        waiting, consumers = ready(vhost, queue)
        held = ask(vhost, f"queues/{queue}").get("messages_unacknowledged", 0) if consumers else 0
        if not waiting + held or time.monotonic() > deadline:
            return waiting + held
        time.sleep(0.2)
