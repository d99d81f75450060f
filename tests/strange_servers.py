"""Servers of somebody else, that speak TLS and answer as a test says: badly, slowly, without end."""

import socket
import ssl
import threading
from contextlib import suppress

from servers.ports import LOOPBACK

HEAD = b"HTTP/1.1 200 OK\r\n"


class StrangeServer:
    """Takes connections and hands each to `answer`, after it has read the head of the request."""

    def __init__(self, certificate, answer):
        self._answer = answer
        self.names, self.heads = [], []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate.chain, certificate.key)
        self._context.sni_callback = lambda _socket, name, _context: self.names.append(name)
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port = self._listener.getsockname()[1]
        self._open = []
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)
        for line in self._open:
            line.close()

    def _serve(self):
        with suppress(OSError):
            while True:
                line, _peer = self._listener.accept()
                self._open.append(line)
                threading.Thread(target=self._speak, args=[line], daemon=True).start()

    def _speak(self, line):
        with suppress(OSError), self._context.wrap_socket(line, server_side=True) as secured:
            self._open.append(secured)
            if head := _head(secured):
                self.heads.append(head)
                self._answer(secured)


def _head(line):
    head = b""
    while b"\r\n\r\n" not in head:
        part = line.recv(65536)
        if not part:
            return ""
        head += part
    return head.decode()


def saying(*parts):
    """Answer with this and hang up."""
    return lambda line: line.sendall(b"".join(parts))


def endlessly(beginning, part, pause):
    """Answer so, and then the same again and again; `pause` waits between, and says whether that was enough."""

    def answer(line):
        line.sendall(beginning)
        while not pause():
            line.sendall(part)

    return answer
