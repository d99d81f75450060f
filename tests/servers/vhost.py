"""A virtual host of the test's own on a running broker."""

import time
from http import HTTPStatus
from typing import Any, Protocol, Self
from urllib.parse import quote, unquote, urlsplit

import requests

from servers import names


class Broker(Protocol):
    """Something that knows the addresses of a RabbitMQ broker."""

    @property
    def amqp_url(self) -> str:
        """Address for AMQP, credentials included."""

    @property
    def api_url(self) -> str:
        """Address of the management API with the rights of an administrator, without `/api`."""


class Vhost:
    """An empty virtual host of unique name, made on entry and deleted on exit.

    Users whose only rights were in it go with it, so that a broker that was set up for a test is left as it was.
    """

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self.name = names.unique_name()

    @property
    def amqp_url(self) -> str:
        """Address of the virtual host, with all rights in it."""
        return urlsplit(self._broker.amqp_url)._replace(path=f"/{self.name}").geturl()

    @property
    def api_url(self) -> str:
        """Address of the broker's management API, without `/api`."""
        return self._broker.api_url

    def queues(self) -> dict[str, dict[str, Any]]:
        """What the management API says of each queue, by name; its counts are up to five seconds old."""
        listed: list[dict[str, Any]] = _call(self._broker, "GET", f"queues/{self.name}").json()
        return {queue["name"]: queue for queue in listed}

    def __enter__(self) -> Self:
        _call(self._broker, "PUT", f"vhosts/{self.name}")
        user = unquote(urlsplit(self._broker.amqp_url).username or "guest")
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        _call(self._broker, "PUT", f"permissions/{self.name}/{quote(user, safe='')}", everything)
        return self

    def __exit__(self, *_: object) -> None:
        _delete(self._broker, self.name)


def delete_stale_vhosts(broker: Broker) -> None:
    """Delete what killed test runs left on a broker more than a day ago."""
    for vhost in _call(broker, "GET", "vhosts").json():
        if names.is_stale(vhost["name"], time.time()):
            _delete(broker, vhost["name"])


def _delete(broker: Broker, name: str) -> None:
    strangers = [user for user in _users_of(broker, name) if _is_known_here_only(broker, user, name)]
    _call(broker, "DELETE", f"vhosts/{name}", may_be_gone=True)  # another run may remove a stale one, too
    for user in strangers:
        _call(broker, "DELETE", f"users/{quote(user, safe='')}", may_be_gone=True)


def _users_of(broker: Broker, vhost: str) -> list[str]:
    answer = _call(broker, "GET", f"vhosts/{vhost}/permissions", may_be_gone=True)
    return [permission["user"] for permission in answer.json()] if answer.ok else []


def _is_known_here_only(broker: Broker, user: str, vhost: str) -> bool:
    account = _call(broker, "GET", f"users/{quote(user, safe='')}", may_be_gone=True)
    if account.status_code == HTTPStatus.NOT_FOUND:
        return False
    permissions = _call(broker, "GET", f"users/{quote(user, safe='')}/permissions", may_be_gone=True)
    is_bare = permissions.ok and not account.json()["tags"]
    return is_bare and {permission["vhost"] for permission in permissions.json()} == {vhost}


def _call(
    broker: Broker, method: str, path: str, body: object = None, *, may_be_gone: bool = False
) -> requests.Response:
    answer = requests.request(method, f"{broker.api_url}/api/{path}", json=body, timeout=30)
    if not (may_be_gone and answer.status_code == HTTPStatus.NOT_FOUND):
        answer.raise_for_status()
    return answer
