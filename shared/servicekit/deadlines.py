"""Keep to a deadline with work that knows none: look-ups of names, and servers that send a byte now and then."""

import ssl
import threading
from collections.abc import Callable
from concurrent.futures import Future
from time import monotonic
from typing import Any, TypeVar

from urllib3.util.ssl_ import create_urllib3_context

T = TypeVar("T")

GRACE_SECONDS = 0.2
"""How much later work is left alone than it should have ended by itself."""


def within(seconds: float, work: Callable[[], T]) -> T:
    """Do what cannot be interrupted, a look-up among it, and leave it alone if it takes too long.

    Raises:
        TimeoutError: it did.

    """
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except Exception as error:  # noqa: BLE001  # raised again where it is waited for
            outcome.set_exception(error)

    threading.Thread(target=run, name="outgoing", daemon=True).start()
    return outcome.result(seconds)


class _HastySocket(ssl.SSLSocket):
    """A socket that waits for each byte no longer than the whole exchange may take."""

    deadline: float

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        """Receive in what is left of the time."""
        self._hasten()
        return super().recv_into(*args, **kwargs)

    def send(self, *args: Any, **kwargs: Any) -> int:
        """Send in what is left of the time."""
        self._hasten()
        return super().send(*args, **kwargs)

    def _hasten(self) -> None:
        left = self.deadline - monotonic()
        if left <= 0:
            raise TimeoutError
        self.settimeout(left)


def tls(deadline: float) -> ssl.SSLContext:
    """Return what makes TLS connections of which none outlives the deadline, whatever the other side does."""
    context = create_urllib3_context()
    context.sslsocket_class = type("_HastySocket", (_HastySocket,), {"deadline": deadline})
    return context
