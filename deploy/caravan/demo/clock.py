"""Move the platform's clock and see that every service follows."""

from datetime import datetime, timedelta

from caravan.client import Platform, PlatformError, RefusedError
from caravan.demo import quiescence

BARRIER_STEP = timedelta(seconds=30)
"""How far the clock moves to be told from one that was not moved."""
TOLERANCE = timedelta(seconds=60)
"""How far a service's clock may be ahead of where it was moved to: the time that the message took."""


class ClockNotMovableError(PlatformError):
    """The platform goes by the machine's time."""


def set_time(platform: Platform, at: datetime) -> None:
    """Set the clock and wait until all services show it.

    Raises:
        ClockStandsError: its clock does not move.

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
    """Let a service move the clock on a little, and wait until the others show it.

    Events keep their order in each service's queue: who has heard of the new time has handled
    everything that was published before.
    """
    client = platform.services[name]
    at = datetime.fromisoformat(client.get("/v1/clock")["now"]) + BARRIER_STEP
    client.put("/v1/clock", {"now": at.isoformat()})
    quiescence.wait_until_none(lambda: _services_behind(platform, at))


def _services_behind(platform: Platform, at: datetime) -> list[str]:
    found = {name: datetime.fromisoformat(client.get("/v1/clock")["now"]) for name, client in platform.services.items()}
    return [f"the clock of {name} shows {now}" for name, now in found.items() if not at <= now < at + TOLERANCE]


def current_time(platform: Platform) -> datetime:
    """Return the platform's time."""
    return datetime.fromisoformat(platform.registration.get("/v1/clock")["now"])
