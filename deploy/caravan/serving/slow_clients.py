"""A gunicorn worker with timeouts for slow clients (the slowloris attack).

Gunicorn waits without limit for the next byte of a request that has begun, and for a client to read
its answer: as many slow clients as there are threads would block a service.
"""

import socket
import time
from contextlib import suppress
from typing import Any

from gunicorn.workers.gthread import ThreadWorker


class SlowClientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn is untyped
    """Closes connections whose clients send a request, or read its answer, too slowly."""

    receive_timeout_seconds = 30.0
    """Limit for receiving a request: 1 MB at 35 kB/s."""
    total_timeout_seconds = 120.0
    """Limit for a request including the sending of its answer."""

    def init_process(self) -> None:
        """Start without any request."""
        self._since: dict[Any, float] = {}
        super().init_process()

    def handle(self, conn: Any) -> Any:
        """Handle one request and keep its start time."""
        self._since[conn] = time.monotonic()
        try:
            return super().handle(conn)
        finally:
            self._since.pop(conn, None)

    def murder_pending(self) -> None:
        """Shut down the sockets of slow clients; gunicorn's loop calls this every second.

        After the receive timeout only reading is shut down: a request that has arrived completely goes on.
        """
        super().murder_pending()
        now = time.monotonic()
        for conn, since in list(self._since.items()):
            if now - since > self.receive_timeout_seconds:
                how = socket.SHUT_RDWR if now - since > self.total_timeout_seconds else socket.SHUT_RD
                with suppress(OSError):  # the client has closed it
                    conn.sock.shutdown(how)
