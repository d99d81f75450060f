"""How far the handlers of this process have come."""

import threading
import time

from sqlalchemy import event
from sqlalchemy.orm import Session


class Progress:
    """Counts effects as they are committed in this process, and says when the last was done."""

    def __init__(self, events: int) -> None:
        self.stop = threading.Event()
        self.seconds = 0.0
        self._left = events
        self._began = time.monotonic()
        event.listen(Session, "after_commit", self._committed)

    def figures(self, events: int) -> dict[str, float]:
        """Return the rate, from before the first connection to after the last commit."""
        return {"events/s": events / self.seconds}

    def _committed(self, session: Session) -> None:
        self._left -= session.info.pop("effects", 0)
        if self._left <= 0 and not self.seconds:
            self.seconds = time.monotonic() - self._began
            self.stop.set()
