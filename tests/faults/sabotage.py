"""The platform with one of its guards taken out: the invariants must notice."""

from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any


def without_inbox() -> None:
    """Handle every event that comes, whether it came before or not."""
    from servicekit.bus import inbox  # noqa: PLC0415  # in the process that is broken, alone

    claim = inbox.insert_new

    def claim_all(session: Any, table: Any, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        claim(session, table, rows)
        return [SimpleNamespace(**row) for row in rows]

    inbox.insert_new = claim_all


def without_confirms() -> None:
    """Take an event to have arrived as soon as it is sent."""
    from servicekit.bus.broker import Publisher  # noqa: PLC0415

    def publish(self: Any, window: Sequence[Any]) -> list[Any]:
        for message in window:
            self._send(message)
        return list(window)

    Publisher.publish = publish


def without_healing() -> None:
    """Make a queue that is gone again, and ask no more about it."""
    from servicekit.bus import history, membership  # noqa: PLC0415

    def restore(runtime: Any, _queue: str) -> None:
        history.declare(runtime.settings.broker_url, runtime.service)

    history._restore_queue = restore
    membership.queue_lost = lambda _session: None


GUARDS: Mapping[str, Callable[[], None]] = {
    "inbox": without_inbox,
    "confirms": without_confirms,
    "healing": without_healing,
}
"""What can be taken out, by name."""
