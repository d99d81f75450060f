"""Grants: what the operator opens for strangers: a user, a bounded queue, what is bound to it.

A stranger may read its own queue, and the history where that is granted, and do nothing else: it
declares, binds and publishes nothing. Its queue is bounded and drops its oldest events, so that a
stranger that does not read costs a known amount of disk and never holds up whoever publishes. What
it has taken and not acknowledged counts in no bound of a queue: for that it has a time.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import click

from caravan.broker.management import Management
from servicekit import topology

MAX_CONNECTIONS, MAX_CHANNELS = 10, 10
"""What one stranger may open at once, all its connections together."""
NO_MATCH = "^$"
DAY_MILLISECONDS = 86_400_000
"""Milliseconds."""
CONSUMER_TIMEOUT = "x-consumer-timeout"
"""Milliseconds; queues that were granted before there was this bound lack it, since RabbitMQ changes no queue."""
DEFAULT_BOUNDS: Mapping[str, int] = {
    "x-max-length": 100_000,
    "x-max-length-bytes": 200_000_000,
    "x-message-ttl": 30 * DAY_MILLISECONDS,
    "x-expires": 30 * DAY_MILLISECONDS,
    CONSUMER_TIMEOUT: 300_000,
}
"""Unless the operator says otherwise: events, their bytes, their age, time without a reader until the queue goes.

And, always, how long an event may be held unacknowledged until the broker closes the channel and takes it back."""
_FIXED_ARGUMENTS: Mapping[str, Any] = {"x-queue-type": "quorum", "x-overflow": "drop-head", "x-delivery-limit": -1}
"""A full queue drops its oldest; an event that a dying reader gave back often is not dropped for that."""


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What one stranger was given, as it stands on the broker."""

    name: str
    patterns: tuple[str, ...]
    history: bool
    may_read: bool
    """Whether its user is there and has rights: not so after a grant that was cut short."""
    arguments: Mapping[str, Any] | None
    """Of the queue; None where it is gone, as after a long time without a reader."""
    waiting: int
    """Events in the queue, some five seconds ago."""
    in_hand: int
    """Events that it has taken and not acknowledged: they come on top, without a bound."""
    connections: int

    @property
    def state(self) -> str:
        """Say in a word or two how it is."""
        if self.arguments is None:
            return "queue gone: grant again"
        if not self.may_read:
            return "not finished: grant again"
        most = self.arguments.get("x-max-length", 0)
        if self.in_hand > most:
            return "acknowledges too little"
        if self.waiting >= most:
            return "full: drops the oldest"
        return "connected" if self.connections else "not connected"


class Grants:
    """The grants on one virtual host."""

    def __init__(self, management: Management) -> None:
        self._api = management
        self._prefix = f"{management.vhost.strip('/') or 'caravan'}.{topology.STRANGERS}"

    def user_name(self, name: str) -> str:
        """Return the user of a stranger; it holds on the whole broker, so the virtual host is in it."""
        return self._prefix + name

    def find(self, name: str) -> Grant | None:
        """Return a grant, or None where there is neither queue nor user."""
        place, user = self._api.vhost_path, self._user_path(name)
        queue = self._api.get(f"queues/{place}/{topology.STRANGERS}{name}")
        if queue is None and self._api.get(f"users/{user}") is None:
            return None
        bindings = self._api.get(f"queues/{place}/{topology.STRANGERS}{name}/bindings") or []
        rights = self._api.get(f"permissions/{place}/{user}") or {}
        return Grant(
            name=name,
            patterns=tuple(sorted(binding["routing_key"] for binding in bindings if binding["source"])),
            history=rights.get("read") == _read_pattern(name, history=True),
            may_read=bool(rights),
            arguments=None if queue is None else queue["arguments"],
            waiting=0 if queue is None else queue.get("messages_ready", 0),
            in_hand=0 if queue is None else queue.get("messages_unacknowledged", 0),
            connections=len(self._api.get(f"connections/username/{user}") or []),
        )

    def require_setup(self) -> None:
        """Make sure that the virtual host is one of ours.

        Raises:
            click.ClickException: it is not set up.

        """
        if self._api.get(f"exchanges/{self._api.vhost_path}/{topology.EVENTS}") is None:
            raise click.ClickException(f"{self._api.vhost} is not set up: run `caravan broker setup` first")

    def all(self) -> Iterator[Grant]:
        """Yield every grant by name, those included that lost their queue or their user."""
        queues = (queue["name"] for queue in self._api.get(f"queues/{self._api.vhost_path}") or [])
        users = (user["name"] for user in self._api.get("users"))
        names = {queue.removeprefix(topology.STRANGERS) for queue in queues if queue.startswith(topology.STRANGERS)}
        names |= {user.removeprefix(self._prefix) for user in users if user.startswith(self._prefix)}
        for name in sorted(names):
            if (found := self.find(name)) is not None:
                yield found

    def queue_arguments(self, name: str, asked: Mapping[str, int]) -> dict[str, Any]:
        """Return the arguments of the stranger's queue: as asked, else as it stands, else the usual ones.

        Raises:
            click.ClickException: the queue stands with others, or the broker is not set up.

        """
        self.require_setup()
        queue = self._api.get(f"queues/{self._api.vhost_path}/{topology.STRANGERS}{name}")
        standing = DEFAULT_BOUNDS if queue is None else queue["arguments"]
        kept = {
            key: standing.get(key, usual)
            for key, usual in DEFAULT_BOUNDS.items()
            if key in standing or key != CONSUMER_TIMEOUT
        }
        wanted = {**kept, **asked, **_FIXED_ARGUMENTS}
        if queue is not None and wanted != standing:
            differ = ", ".join(sorted(key for key in wanted if standing.get(key) != wanted[key]))
            raise click.ClickException(f"{topology.STRANGERS}{name} stands with another {differ}: revoke it first")
        return wanted

    def grant(self, name: str, patterns: Sequence[str], arguments: Mapping[str, Any], *, history: bool) -> None:
        """Make the queue, its bindings and the stranger's rights so; the user must be there.

        Rights come last: a failure before leaves nobody with a right to what is not there.
        """
        place, queue, user = self._api.vhost_path, topology.STRANGERS + name, self._user_path(name)
        before = self.find(name)
        self._api.put(f"user-limits/{user}/max-connections", {"value": MAX_CONNECTIONS})
        self._api.put(f"user-limits/{user}/max-channels", {"value": MAX_CHANNELS})
        self._api.put(f"queues/{place}/{queue}", {"durable": True, "arguments": dict(arguments)})
        for pattern in patterns:
            self._api.post(f"bindings/{place}/e/{topology.EVENTS}/q/{queue}", {"routing_key": pattern})
        for pattern in set(before.patterns if before else ()) - set(patterns):
            key = quote(pattern, safe="")
            self._api.delete(f"bindings/{place}/e/{topology.EVENTS}/q/{queue}/{key}")
        rights = {"configure": NO_MATCH, "write": NO_MATCH, "read": _read_pattern(name, history=history)}
        self._api.put(f"permissions/{place}/{user}", rights)
        if before and before.history and not history:
            self.close_connections(name)

    def create_user(self, name: str, password: str) -> None:
        """Make the stranger's user, as yet without any right, or give it another password."""
        self._api.put(f"users/{self._user_path(name)}", {"password": password, "tags": ""})

    def close_connections(self, name: str) -> None:
        """Close the stranger's connections: an open one keeps its rights, and its old password."""
        self._api.delete(f"connections/username/{self._user_path(name)}")

    def revoke(self, name: str) -> None:
        """Take everything back: the user first, so that nobody comes in again; again after a failure."""
        self._api.delete(f"users/{self._user_path(name)}")
        self.close_connections(name)
        self._api.delete(f"queues/{self._api.vhost_path}/{topology.STRANGERS}{name}")

    def _user_path(self, name: str) -> str:
        return quote(self.user_name(name), safe="")


def _read_pattern(name: str, *, history: bool) -> str:
    queues = [topology.STRANGERS + name] + [topology.LOG] * history
    return "^(" + "|".join(queue.replace(".", r"\.") for queue in queues) + ")$"
