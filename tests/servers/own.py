"""What servers of a test's own have in common: they are started, stopped, and gone at the end."""

import signal
from abc import ABC, abstractmethod
from typing import Self

from servers.child import Child


class OwnServer(ABC):
    """A server that may be stopped and started again; use it as a context manager, or call `close()`."""

    _server: Child | None = None

    @abstractmethod
    def start(self) -> None:
        """Start the server and wait until it takes connections; a running server is left alone."""

    @abstractmethod
    def stop(self) -> None:
        """Stop the server in good order."""

    @abstractmethod
    def close(self) -> None:
        """Stop what runs and delete the folder."""

    def restart(self) -> None:
        """Stop the server in good order and start it again."""
        self.stop()
        self.start()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _running(self) -> Child:
        if self._server is None:
            raise RuntimeError(f"The {type(self).__name__.lower()} is not running.")
        return self._server

    def _end(self, by: signal.Signals) -> None:
        self._running().end(by)
        self._server = None
