"""An organiser's client under load: it registers organisations, and asks again until it is answered."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import requests

from builders.registration import an_organisation
from faults.ledger import Ledger
from instances import wait_for

TIMEOUT_SECONDS = (2, 20)
PAUSE_SECONDS = 0.05
REFUSED = "refused"
"""What came of a request while nobody listened."""


@dataclass
class Intake:
    """What came of the requests so far: how each was answered, and how long the longest wait for an answer was."""

    url: str
    ledger: Ledger
    statuses: Counter[int | str] = field(default_factory=Counter)
    """Answers by status; without an answer, by the kind of failure."""
    slowest_seconds: float = 0.0
    without_retry_after: int = 0
    """How many of the answers 503 did not say when to come again."""
    headers: dict[str, str] = field(default_factory=dict)
    """What each request says besides."""
    stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def accepted(self) -> int:
        """How many organisations were registered."""
        return self.statuses[201]

    def register(self, session: requests.Session, reference: str) -> bool:
        """Register one organisation, with one key, until it is answered or told to stop; tell whether it was."""
        self.ledger.asked("registration", "organisation", reference=reference)
        body = an_organisation(reference)
        while not self.stop.is_set():
            answer = self._ask(session, reference, body)
            if answer == 201:
                self.ledger.promised("registration", "organisation", reference=reference)
                return True
            assert answer is None or answer >= 500, answer
            self.stop.wait(PAUSE_SECONDS)
        return False

    def _ask(self, session: requests.Session, key: str, body: dict[str, Any]) -> int | None:
        began = time.monotonic()
        try:
            answer = session.post(
                f"{self.url}/registration/v1/organisations",
                json=body,
                headers={"Idempotency-Key": key} | self.headers,
                timeout=TIMEOUT_SECONDS,
            )
        except requests.RequestException as error:
            with self._lock:
                self.statuses[REFUSED if "refused" in str(error) else type(error).__name__] += 1
            return None
        with self._lock:
            self.statuses[answer.status_code] += 1
            self.slowest_seconds = max(self.slowest_seconds, time.monotonic() - began)
            self.without_retry_after += answer.status_code == 503 and "Retry-After" not in answer.headers
        return answer.status_code

    def goes_on(self, count: int = 10, seconds: float = 30.0) -> None:
        """Wait until so many more were registered."""
        goal = self.accepted + count
        wait_for(lambda: self.accepted >= goal, seconds)


@contextmanager
def posting(url: str, ledger: Ledger, *, threads: int = 2, pause_seconds: float = 0.02) -> Iterator[Intake]:
    """Register organisations all the while."""
    requests.put(f"{url}/registration/v1/regions/RU-KLU", json={}, timeout=30).raise_for_status()
    intake = Intake(url, ledger)

    def run() -> None:
        with requests.Session() as session:
            while not intake.stop.is_set():
                intake.register(session, f"klu-{uuid4()}")
                intake.stop.wait(pause_seconds)

    clients = [threading.Thread(target=run) for _ in range(threads)]
    for client in clients:
        client.start()
    try:
        yield intake
    finally:
        intake.stop.set()
        for client in clients:
            client.join()
