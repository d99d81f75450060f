"""A proxy whose connections can be left half open: the server has closed them, the client is never told."""

import socket

from servers.proxy import Proxy


class HalfOpen(Proxy):
    """Passes bytes both ways; what was abandoned takes all that its client says, and answers nothing."""

    def __init__(self, target: str) -> None:
        self._clients: set[socket.socket] = set()
        self._gone: set[socket.socket] = set()
        super().__init__(target)

    def abandon(self) -> None:
        """Leave all connections half open; new ones are whole."""
        for server in list(self._open - self._clients):
            self._gone.add(server)
            self._reset(server)

    def _serve(self, client: socket.socket) -> None:
        self._clients.add(client)
        super()._serve(client)

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while chunk := source.recv(65536):
                self._send(sink, chunk)
        except OSError:
            pass
        if source not in self._gone:
            self._reset(source)
            self._reset(sink)

    def _send(self, sink: socket.socket, chunk: bytes) -> None:
        try:
            if sink not in self._gone:
                sink.sendall(chunk)
        except OSError:
            if sink not in self._gone:
                raise
