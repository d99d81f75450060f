"""A proxy in front of a database that lets a word through, and nothing of the answer to it."""

import socket

from servers.proxy import Proxy


class HalfDeaf(Proxy):
    """Passes bytes both ways until a client says `word`; from then on that client hears nothing."""

    def __init__(self, target: str) -> None:
        self.word: bytes | None = None
        """What to listen for; None: let everything through, also to those who have heard nothing so far."""
        self._unheard: set[socket.socket] = set()
        super().__init__(target)

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while chunk := source.recv(65536):
                if self.word is not None and source in self._unheard:
                    continue
                if self.word is not None and self.word in chunk:
                    self._unheard.add(sink)
                sink.sendall(chunk)
        except OSError:
            pass
        self._reset(source)
        self._reset(sink)
