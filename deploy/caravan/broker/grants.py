"""Grants for external programs: a user, a bounded queue, and the bindings of that queue.

The user can read its own queue, and the history if that is granted; it cannot declare, bind or
publish. The queue is bounded and drops its oldest events, so a program that does not read costs a
known amount of disk and never blocks publishers. Unacknowledged deliveries do not count towards the
bounds of a queue, so they have a time limit instead.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import click

from caravan.broker.management import Management
from servicekit.bus import topology

MAX_CONNECTIONS, MAX_CHANNELS = 10, 10
"""Limits for one external user: connections, and channels of all its connections together."""
NO_MATCH = "^$"
DAY_MILLISECONDS = 86_400_000
"""Milliseconds."""
CONSUMER_TIMEOUT = "x-consumer-timeout"
"""Acknowledgement timeout in milliseconds; queues granted before it existed lack it, since queues cannot be changed."""
DEFAULT_BOUNDS: Mapping[str, int] = {
    "x-max-length": 100_000,
    "x-max-length-bytes": 200_000_000,
    "x-message-ttl": 30 * DAY_MILLISECONDS,
    "x-expires": 30 * DAY_MILLISECONDS,
    CONSUMER_TIMEOUT: 300_000,
}
"""Defaults: number of events, their bytes, their age, and the time without a reader after which the queue expires.

The last one cannot be chosen: how long a delivery may stay unacknowledged until the broker closes the channel."""
_FIXED_ARGUMENTS: Mapping[str, Any] = {"x-queue-type": "quorum", "x-overflow": "drop-head", "x-delivery-limit": -1}
"""A full queue drops its oldest event; an event is never dropped for being redelivered often."""


@dataclass(frozen=True, kw_only=True)
class Grant:
    """The access of one external program, as it is on the broker."""

    name: str
    patterns: tuple[str, ...]
    history: bool
    may_read: bool
    """Whether its user exists and has permissions; false after an interrupted grant."""
    arguments: Mapping[str, Any] | None
    """Arguments of the queue; None if it has expired or was deleted."""
    waiting: int
    """Events ready in the queue; RabbitMQ updates this figure about every five seconds."""
    in_hand: int
    """Unacknowledged deliveries; they come on top of `waiting` and are not bounded."""
    connections: int

    @property
    def state(self) -> str:
        """The state in a few words, for the operator."""
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
        """Return the user of an external program; users are global on the broker, so it contains the virtual host."""
        return self._prefix + name

    def find(self, name: str) -> Grant | None:
        """Return a grant; None if there is neither a queue nor a user."""
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
        """Check that `caravan broker setup` was run on the virtual host.

        Raises:
            click.ClickException: it was not.

        """
        if self._api.get(f"exchanges/{self._api.vhost_path}/{topology.EVENTS}") is None:
            raise click.ClickException(f"{self._api.vhost} is not set up: run `caravan broker setup` first")

    def all(self) -> Iterator[Grant]:
        """Yield every grant in the order of names, including those without a queue or a user."""
        queues = (queue["name"] for queue in self._api.get(f"queues/{self._api.vhost_path}") or [])
        users = (user["name"] for user in self._api.get("users"))
        names = {queue.removeprefix(topology.STRANGERS) for queue in queues if queue.startswith(topology.STRANGERS)}
        names |= {user.removeprefix(self._prefix) for user in users if user.startswith(self._prefix)}
        for name in sorted(names):
            if (found := self.find(name)) is not None:
                yield found

    def queue_arguments(self, name: str, asked: Mapping[str, int]) -> dict[str, Any]:
        """Return the arguments for a queue: those asked for, else those of the existing queue, else the defaults.

        Raises:
            click.ClickException: the queue exists with other arguments, or the broker is not set up.

        """
        self.require_setup()
        queue = self._api.get(f"queues/{self._api.vhost_path}/{topology.STRANGERS}{name}")
        existing = DEFAULT_BOUNDS if queue is None else queue["arguments"]
        kept = {
            key: existing.get(key, usual)
            for key, usual in DEFAULT_BOUNDS.items()
            if key in existing or key != CONSUMER_TIMEOUT
        }
        wanted = {**kept, **asked, **_FIXED_ARGUMENTS}
        if queue is not None and wanted != existing:
            differ = ", ".join(sorted(key for key in wanted if existing.get(key) != wanted[key]))
            raise click.ClickException(f"{topology.STRANGERS}{name} exists with another {differ}: revoke it first")
        return wanted

    def grant(self, name: str, patterns: Sequence[str], arguments: Mapping[str, Any], *, history: bool) -> None:
        """Declare the queue, its bindings and the permissions of an existing user.

        Permissions come last, so that a failure leaves no user with permissions to missing queues.
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
        """Create the user without permissions; an existing one gets the password."""
        self._api.put(f"users/{self._user_path(name)}", {"password": password, "tags": ""})

    def close_connections(self, name: str) -> None:
        """Close the connections of a user: open ones would keep their permissions and the old password."""
        self._api.delete(f"connections/username/{self._user_path(name)}")

    def revoke(self, name: str) -> None:
        """Delete the user, its connections and its queue, in this order to prevent reconnects; can be repeated."""
        self._api.delete(f"users/{self._user_path(name)}")
        self.close_connections(name)
        self._api.delete(f"queues/{self._api.vhost_path}/{topology.STRANGERS}{name}")

    def _user_path(self, name: str) -> str:
        return quote(self.user_name(name), safe="")


def _read_pattern(name: str, *, history: bool) -> str:
    queues = [topology.STRANGERS + name] + [topology.LOG] * history
    return "^(" + "|".join(queue.replace(".", r"\.") for queue in queues) + ")$"
