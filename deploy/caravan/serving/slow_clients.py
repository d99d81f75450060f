"""Gunicorn's threads, which a slow client holds only for a while.

Gunicorn itself waits for ever for the next byte of a request that has begun, and for whoever takes
its answer: as many such clients as there are threads would stop a service.
"""

import socket
import time
from contextlib import suppress
from typing import Any

from gunicorn.workers.gthread import ThreadWorker


class SlowClientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn is untyped
    """Stops listening to who takes too long to ask, and hangs up on who takes too long to listen."""

    receive_timeout_seconds = 30.0
    """How long a request may take to arrive: 1 MB at 35 kB/s."""
    total_timeout_seconds = 120.0
    """How long it may take until its answer has been taken."""

    def init_process(self) -> None:
        """Begin with nobody to wait for."""
        self._since: dict[Any, float] = {}
        super().init_process()

    def handle(self, conn: Any) -> Any:
        """Handle one request, and know meanwhile since when."""
        self._since[conn] = time.monotonic()
        try:
            return super().handle(conn)
        finally:
            self._since.pop(conn, None)

    def murder_pending(self) -> None:
        """End what takes too long; gunicorn's loop asks for it each second.

        To stop listening disturbs no request that has arrived and is still worked on.
        """
        super().murder_pending()
        now = time.monotonic()
        for conn, since in list(self._since.items()):
            if now - since > self.receive_timeout_seconds:
                how = socket.SHUT_RDWR if now - since > self.total_timeout_seconds else socket.SHUT_RD
                with suppress(OSError):  # it has gone by itself
                    conn.sock.shutdown(how)
