"""How far the handlers of this process have come: what was committed, and when."""

import threading
import time
from array import array
from collections.abc import Iterator
from itertools import repeat
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.orm import Session


class Witness:
    """Notes when each effect of the tally was committed in this process, on the clock that all processes share.

    It keeps 24 bytes an effect: what is measured beside it is the memory of the process.
    """

    def __init__(self) -> None:
        self._ids = bytearray()
        self._instants = array("d")
        event.listen(Session, "after_commit", self._committed)

    def _committed(self, session: Session) -> None:
        done = session.info.pop("effects", ())
        if done:
            at = time.monotonic()
            self._ids += b"".join(event_id.bytes for event_id in done)
            self._instants.extend(repeat(at, len(done)))

    def __len__(self) -> int:
        return len(self._instants)

    def seen(self) -> Iterator[tuple[UUID, float]]:
        """Return (event, instant of the commit) in order."""
        for number, at in enumerate(self._instants):
            yield UUID(bytes=bytes(self._ids[16 * number : 16 * number + 16])), at


class Progress(Witness):
    """Says when a number of effects is reached."""

    def __init__(self, events: int) -> None:
        super().__init__()
        self.stop = threading.Event()
        self.seconds = 0.0
        self._events = events
        self._began = time.monotonic()

    def figures(self) -> dict[str, float]:
        """Return the rate, from before the first connection to after the last commit."""
        return {"events/s": self._events / self.seconds}

    def _committed(self, session: Session) -> None:
        super()._committed(session)
        if len(self) >= self._events and not self.seconds:
            self.seconds = time.monotonic() - self._began
            self.stop.set()
