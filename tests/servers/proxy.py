"""A TCP proxy that fails on command, to be put between a client and a server."""

import socket
import struct
import threading
import time
from collections.abc import Callable
from enum import StrEnum, auto
from typing import Self
from urllib.parse import urlsplit

from servers.ports import LOOPBACK

_CHUNK_BYTES = 65536
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Mode(StrEnum):
    """What the proxy does with connections."""

    OK = auto()
    REFUSE = auto()
    BLACKHOLE = auto()


class Proxy:
    """Listens on a loopback port and passes bytes to a server.

    Modes: `ok` passes; `refuse` resets all connections, old and new; `blackhole` accepts and passes nothing, and what
    is held flows on when the mode is `ok` again, as after a network partition.

    Args:
        target: address of the server, as a URL with host and port.

    """

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        if parts.hostname is None or parts.port is None:
            raise ValueError("The address of the server must name a host and a port.")
        self._target = (parts.hostname, parts.port)
        self.latency_seconds = 0.0
        """How long each chunk of bytes waits, in each direction."""
        self._mode = Mode.OK
        self._mode_changed = threading.Condition()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port: int = self._listener.getsockname()[1]
        self._run(self._accept)

    def through(self, url: str) -> str:
        """Give back an address of the server with the proxy's host and port in it."""
        parts = urlsplit(url)
        login, at, _ = parts.netloc.rpartition("@")
        return parts._replace(netloc=f"{login}{at}{LOOPBACK}:{self.port}").geturl()

    @property
    def mode(self) -> Mode:
        """What happens to connections now; may be set at any time."""
        return self._mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        with self._mode_changed:
            self._mode = mode
            self._mode_changed.notify_all()
        if mode is Mode.REFUSE:
            self.reset_all()

    def reset_all(self) -> None:
        """Reset all open connections; new ones fare as the mode says."""
        for connection in list(self._open):
            self._reset(connection)

    def close(self) -> None:
        """Reset all connections and listen no more."""
        self.mode = Mode.REFUSE
        self._listener.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(timeout=10)
        self._listener.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, work: Callable[..., None], *arguments: socket.socket) -> threading.Thread:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()
        return thread

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._open.add(client)
            self._run(self._serve, client)

    def _serve(self, client: socket.socket) -> None:
        self._wait_while_blackhole()
        if self._mode is Mode.REFUSE or client not in self._open:
            self._reset(client)
            return
        try:
            server = socket.create_connection(self._target)
        except OSError:
            self._reset(client)
            return
        self._open.add(server)
        back = self._run(self._pass, server, client)
        self._pass(client, server)
        back.join()
        self._reset(client)
        self._reset(server)

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while chunk := source.recv(_CHUNK_BYTES):
                time.sleep(self.latency_seconds)
                self._wait_while_blackhole()
                sink.sendall(chunk)
            self._wait_while_blackhole()
            if source in self._open:
                sink.shutdown(socket.SHUT_WR)
        except OSError:
            self._wait_while_blackhole()
            self._reset(source)
            self._reset(sink)

    def _wait_while_blackhole(self) -> None:
        with self._mode_changed:
            self._mode_changed.wait_for(lambda: self._mode is not Mode.BLACKHOLE)

    def _reset(self, connection: socket.socket) -> None:
        self._open.discard(connection)
        try:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            connection.shutdown(socket.SHUT_RD)  # wakes a thread that reads, which close() does not
        except OSError:
            pass
        connection.close()
