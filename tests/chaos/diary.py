"""The diary of a run: every fault with its time, on paper and on the screen."""

import sys
import time
from collections import Counter
from pathlib import Path


class Diary:
    """Writes down what was broken and mended, and counts it."""

    def __init__(self, folder: Path) -> None:
        self.started_at = time.monotonic()
        self.counts: Counter[str] = Counter()
        """Kills, restarts, absences, repeated events and the like."""
        self._file = folder / "faults.log"

    @property
    def seconds(self) -> float:
        """How long the run has lasted."""
        return time.monotonic() - self.started_at

    def note(self, words: str) -> None:
        """Write a line with its time."""
        line = f"{self.seconds:7.1f} s  {words}\n"
        with self._file.open("a", encoding="utf-8") as file:
            file.write(line)
        sys.stdout.write(line)
        sys.stdout.flush()
