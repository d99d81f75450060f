"""How a repair goes on: how long, whom it tells, and what ends it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Event

Progress = Callable[[Mapping[str, int], float], None]
"""Told what the best repair so far costs, by aim, and the seconds."""


@dataclass(frozen=True)
class Terms:
    """What the caller of a repair sets."""

    seconds: float
    progress: Progress
    stop: Event
