"""How far the handlers of this process have come: what was committed, and when."""

import threading
import time
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.orm import Session


class Witness:
    """Notes when each effect of the tally was committed in this process, on the clock that all processes share."""

    def __init__(self) -> None:
        self.seen: list[tuple[UUID, float]] = []
        event.listen(Session, "after_commit", self._committed)

    def _committed(self, session: Session) -> None:
        done = session.info.pop("effects", ())
        if done:
            at = time.monotonic()
            self.seen += [(event_id, at) for event_id in done]


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
        if len(self.seen) >= self._events and not self.seconds:
            self.seconds = time.monotonic() - self._began
            self.stop.set()
