"""An organiser's client: it asks with a key, asks again until it is answered, and notes what it was promised."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import requests

from caravan.client import Client, JsonObject, Platform, RefusedError
from caravan.credentials import credentials
from faults.ledger import Ledger

PATIENCE_SECONDS = 180.0
"""How long to ask again, and how long the news of one service may take to another."""
LEFT_SECONDS = 10.0
"""How long it may take once some did not come at all."""
LOOK_SECONDS = 0.25
NOT_YET = ("participant-not-found", "not-a-participant", "mission-not-found")
"""Refusals that only say that news has not arrived yet."""
Found = TypeVar("Found")


class SurpriseError(AssertionError):
    """The platform granted or refused what it should not have."""


class PersistentClient(Client):
    """A client that takes a 500 for one more reason to ask again, and counts it."""

    errors: Counter[str]
    """The requests that were answered with 500."""

    def patch(self, path: str, body: dict[str, Any]) -> Any:
        """Correct some facts."""
        return self._request("PATCH", path, body=body)

    def delete(self, path: str) -> None:
        """Take something away, once."""
        self._request("DELETE", path, is_step=True)

    def refused(self, method: str, path: str, body: dict[str, Any] | None, kind: str | None = None) -> None:
        """Ask for what must be refused as a conflict, or as what cannot be meant."""
        try:
            self._request(method, path, body=body)
        except RefusedError as error:
            if error.status not in (409, 422) or kind not in (None, error.kind):
                raise
        else:
            raise SurpriseError(f"{method} {path} was granted")

    @property
    def tries(self) -> int:
        """How often the last request of this thread may have arrived."""
        found: int = self._local.tries
        return found

    def _send_with_retries(self, what: str, method: str, path: str, given: Any) -> tuple[requests.Response, int]:
        end, tries = time.monotonic() + self.patience_seconds, 0
        while True:
            response, arrived = super()._send_with_retries(what, method, path, given)
            tries += arrived
            self._local.tries = tries
            if response.status_code != 500 or time.monotonic() > end:
                return response, tries
            self.errors[f"{what.partition(' ')[0]} {response.request.path_url}"] += 1
            time.sleep(LOOK_SECONDS)


def connect(urls: dict[str, str]) -> tuple[Platform, Counter[str]]:
    """Return the services behind their addresses, and what they answer with 500."""
    clients, errors = {}, Counter[str]()
    for service, url in urls.items():
        asks_as = credentials(f"{urls['registration']}/registration")
        clients[service] = PersistentClient(f"{url}/{service}", "en", asks_as, PATIENCE_SECONDS)
        clients[service].errors = errors
    return Platform(**clients), errors


@dataclass
class Organiser:
    """What stands behind the client: ids by our own keys, and the promises."""

    platform: Platform
    seed: int
    errors: Counter[str]
    """What was answered with 500, and how often."""
    ledger: Ledger = field(default_factory=Ledger)
    ids: dict[str, str] = field(default_factory=dict)
    """The platform's ids by our keys."""
    twice: Counter[str] = field(default_factory=Counter)
    """How often a request that sets something as a whole had to be sent again, by what it sets."""
    patience_seconds: float = PATIENCE_SECONDS
    """How long to wait for news; hardly any more once some did not come."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def registration(self) -> PersistentClient:
        """The service of applications."""
        assert isinstance(self.platform.registration, PersistentClient)
        return self.platform.registration

    @property
    def matching(self) -> PersistentClient:
        """The service of meetings."""
        assert isinstance(self.platform.matching, PersistentClient)
        return self.platform.matching

    def create(self, client: Client, path: str, key: str, body: dict[str, Any]) -> JsonObject:
        """Ask for something new under a key of its own; keep its id."""
        answer: JsonObject = client.post(path, body, key=f"chaos {self.seed} {key}")
        if self.ids.setdefault(key, answer["id"]) != answer["id"]:
            raise SurpriseError(f"{key} is {self.ids[key]} and {answer['id']}")
        return answer

    def replace(self, client: PersistentClient, path: str, what: str, body: dict[str, Any]) -> None:
        """Set something as a whole; remember if that may have happened more than once."""
        client.put(path, body)
        with self._lock:
            self.twice[what] += client.tries - 1

    def eventually(self, ask: Callable[[], Found]) -> Found:
        """Ask until the news that it needs has arrived."""
        end = time.monotonic() + self.patience_seconds
        while True:
            try:
                return ask()
            except RefusedError as error:
                if error.kind not in NOT_YET:
                    raise
                if time.monotonic() > end:
                    self.patience_seconds = LEFT_SECONDS
                    raise
            time.sleep(LOOK_SECONDS)

    def until(self, holds: Callable[[], bool], what: str) -> None:
        """Look until something holds.

        Raises:
            SurpriseError: it did not in time.

        """
        end = time.monotonic() + self.patience_seconds
        while not holds():
            if time.monotonic() > end:
                self.patience_seconds = LEFT_SECONDS
                raise SurpriseError(f"waited in vain: {what}")
            time.sleep(LOOK_SECONDS)
