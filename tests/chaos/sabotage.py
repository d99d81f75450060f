"""Start `caravan` with one of its guards taken out, to see that a run notices: `python -m chaos.sabotage GUARD …`."""

import sys
from collections.abc import Callable, Sequence
from typing import Any

from caravan.cli import main
from servicekit import bus, inbox, membership
from servicekit.bus import Message, Publisher
from servicekit.clock import machine_now


def without_inbox() -> None:
    """Let every event count as new, however often it came."""
    claim = inbox._claim

    def claim_everything(session: Any, batch: Sequence[Any]) -> list[Any]:
        claim(session, batch)
        return list(batch)

    inbox._claim = claim_everything


def without_confirms() -> None:
    """Let an event count as sent once it is written to the socket."""

    def publish(self: Publisher, window: Sequence[Message]) -> list[Message]:
        for message in window:
            self._send(message)
        self._waiting.clear()
        return list(window)

    assert callable(Publisher.publish), "the relay publishes by another name now"
    bus.Publisher.publish = publish  # type: ignore[method-assign]  # that is the point


def without_healing() -> None:
    """Let a queue that was lost be made again and nothing be replayed."""
    assert callable(membership.queue_lost), "a lost queue is noted by another name now"
    membership.queue_lost = lambda session: machine_now()


GUARDS: dict[str, Callable[[], None]] = {
    "inbox": without_inbox,
    "confirms": without_confirms,
    "healing": without_healing,
}
"""What can be taken out, by the name in `SABOTAGE=…`."""


if __name__ == "__main__":
    GUARDS[sys.argv.pop(1)]()
    main()
