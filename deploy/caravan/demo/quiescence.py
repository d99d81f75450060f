"""Wait until the platform is idle: no event in transit, no run in progress, no mail unsent."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from caravan.client import Client, Platform, PlatformError, RefusedError

POLL_SECONDS = 0.1
TIMEOUT_SECONDS = 180.0
"""Longer than a mail stays claimed by a sender that was killed."""
UNSENT_STATES = ("queued", "sending")
RUNNING_STATES = ("queued", "running")


class UnfinishedWorkError(PlatformError):
    """The platform still had work at the time limit."""


def wait_until_none(
    pending: Callable[[], list[str]], *, timeout_seconds: float = TIMEOUT_SECONDS, quiet_seconds: float = 0.0
) -> None:
    """Wait until `pending` returns an empty list.

    Args:
        pending: Returns descriptions of unfinished work.
        timeout_seconds: The time limit.
        quiet_seconds: How long the list has to stay empty.

    Raises:
        UnfinishedWorkError: the time limit is over; lists the unfinished work.

    """
    end, since = time.monotonic() + timeout_seconds, None
    while True:
        found = pending()
        now = time.monotonic()
        since = None if found else since or now
        if since is not None and now - since >= quiet_seconds:
            return
        if now > end:
            work = "; ".join(found) or "new work kept starting"
            raise UnfinishedWorkError(f"After {timeout_seconds:.0f} s there was still unfinished work: {work}")
        time.sleep(POLL_SECONDS)


@dataclass(frozen=True)
class PendingWork:
    """Unfinished work of the platform that concerns one mission; a callable for `wait_until_none`."""

    platform: Platform
    mission_id: str

    def __call__(self) -> list[str]:
        """Return descriptions of the unfinished work."""
        found = [line for name, client in self.platform.services.items() for line in _events(name, client)]
        return found or [*self._matching(), *self._deliveries()]

    def _matching(self) -> list[str]:
        path = f"/v1/missions/{self.mission_id}"
        try:
            state = self.platform.matching.get(path)
        except RefusedError as error:
            if error.status == 404:
                return ["matching does not know the mission yet"]
            raise
        runs = self.platform.matching.get_items(f"{path}/timetable-runs")
        working = [f"timetable run {run['id']} is {run['status']}" for run in runs if run["status"] in RUNNING_STATES]
        return working + ([] if state["recommendations"]["fresh"] else ["recommendations are not up to date"])

    def _deliveries(self) -> list[str]:
        states = deliveries_by_state(
            self.platform.notifications.get("/v1/deliveries/summary", mission_id=self.mission_id)
        )
        return [f"{states[state]} mails are {state}" for state in UNSENT_STATES if states.get(state)]


def deliveries_by_state(summary: Mapping[str, Any]) -> dict[str, int]:
    """Return the number of deliveries by state from a summary {kind: {channel: {state: number}}}."""
    totals: dict[str, int] = {}
    for channels in summary.values():
        for states in channels.values():
            for state, number in states.items():
                totals[state] = totals.get(state, 0) + number
    return totals


def _events(name: str, client: Client) -> list[str]:
    events = client.get("/health/ready")["events"]
    if events["dead"]:
        raise PlatformError(f"{name} has given up {events['dead']} events; look at its log")
    waiting = {kind: events.get(kind, 0) for kind in ("unsent", "waiting", "parked")}
    return [f"{number} events of {name} are {kind}" for kind, number in waiting.items() if number]
