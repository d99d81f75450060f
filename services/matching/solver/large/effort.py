"""What a search may still spend: work, which counts, and the clock and a stop, which guard."""

import time
from collections.abc import Callable
from dataclasses import dataclass

WORK_A_SECOND = 40_000_000
"""Columns times steps in a second of the limit: less than one idle core does, so that the work ends before the time."""


@dataclass(kw_only=True)
class Effort:
    """Work, and when it must end whatever is left."""

    work: float
    ends_at: float
    """Seconds of the monotonic clock."""
    stopped: Callable[[], bool]

    @classmethod
    def of_seconds(cls, seconds: float, stopped: Callable[[], bool] = lambda: False) -> "Effort":
        """Make the effort of a time limit that starts now."""
        return cls(work=seconds * WORK_A_SECOND, ends_at=time.monotonic() + seconds, stopped=stopped)

    def half_way(self) -> float:
        """Give the moment, by the monotonic clock, at which half of the time that is left will be over."""
        return (time.monotonic() + self.ends_at) / 2

    def spend(self, work: float) -> None:
        """Note work that is done."""
        self.work -= work

    @property
    def is_spent(self) -> bool:
        """Whether to end with what is there."""
        return self.work <= 0 or self.is_out_of_time

    @property
    def is_out_of_time(self) -> bool:
        """Whether the clock or somebody says that it must end."""
        return time.monotonic() >= self.ends_at or self.stopped()
