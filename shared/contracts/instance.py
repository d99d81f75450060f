"""Events about an instance itself: any of its services may publish them."""

from dataclasses import dataclass
from datetime import datetime

from contracts.classes import Technical
from contracts.event import Event


@dataclass(frozen=True, kw_only=True)
class ClockMoved(Event, type="caravan.clock.moved.v1"):
    """The clock of a demonstration stands `shift_seconds` from the machine's, at `at` when it was moved."""

    at: Technical[datetime]
    shift_seconds: Technical[float]


@dataclass(frozen=True, kw_only=True)
class ServiceInstalled(Event, type="caravan.service.installed.v1"):
    """A service has its tables and its queue and listens from now on."""

    service: Technical[str]
    version: Technical[str]
