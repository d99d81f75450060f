"""Set the movable clock of the platform, and wait until every service shows the new time."""

from datetime import datetime, timedelta

from caravan.client import Platform, PlatformError, RefusedError
from caravan.demo import quiescence

BARRIER_STEP = timedelta(seconds=30)
"""How far `barrier` moves the clock: enough to distinguish it from a clock that was not set."""
TOLERANCE = timedelta(seconds=60)
"""How far a clock may be ahead of the time that was set: the delivery of the event takes time."""


class ClockNotMovableError(PlatformError):
    """The platform uses the time of the machine."""


def set_time(platform: Platform, at: datetime) -> None:
    """Set the clock and wait until all services show it.

    Raises:
        ClockNotMovableError: the clock cannot be set.

    """
    try:
        platform.registration.put("/v1/clock", {"now": at.isoformat()})
    except RefusedError as error:
        if error.status == 404:
            raise ClockNotMovableError(
                "The clock of this platform cannot be moved, and a mission takes a year: nothing was played. "
                "Start it with CARAVAN_MOVABLE_CLOCK=true, never where real missions are kept."
            ) from error
        raise
    quiescence.wait_until_none(lambda: _services_behind(platform, at))


def barrier(platform: Platform, name: str) -> None:
    """Wait until all services have handled the events that a service has published so far.

    The service sets its clock forward a little. Each queue keeps the order of events, so a
    service that shows the new time has handled everything published before.
    """
    client = platform.services[name]
    at = datetime.fromisoformat(client.get("/v1/clock")["now"]) + BARRIER_STEP
    client.put("/v1/clock", {"now": at.isoformat()})
    quiescence.wait_until_none(lambda: _services_behind(platform, at))


def _services_behind(platform: Platform, at: datetime) -> list[str]:
    found = {name: datetime.fromisoformat(client.get("/v1/clock")["now"]) for name, client in platform.services.items()}
    return [f"the clock of {name} shows {now}" for name, now in found.items() if not at <= now < at + TOLERANCE]


def current_time(platform: Platform) -> datetime:
    """Return the time of the platform."""
    return datetime.fromisoformat(platform.registration.get("/v1/clock")["now"])
