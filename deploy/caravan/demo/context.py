"""The state that all steps of the demo share: the platform, the scenario, ids, output and result."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from caravan.client import JsonObject, Platform, RefusedError
from caravan.demo import clock, quiescence
from caravan.demo.console_output import ConsoleOutput
from caravan.demo.id_mapping import IdMapping
from caravan.demo.result import DemoResult
from caravan.demo.schedule import Schedule
from caravan.scenario.reader import Scenario

Result = TypeVar("Result")

QUIET_SECONDS = 0.1
"""How long the platform has to stay without work to count as idle."""


@dataclass
class DemoContext:
    """What every step of the demo needs."""

    platform: Platform
    scenario: Scenario
    output: ConsoleOutput
    schedule: Schedule
    ids: IdMapping
    result: DemoResult
    mission_id: str = ""
    applications: dict[str, str] = field(default_factory=dict)
    """The platform's ids of applications, by the ids of their organisations in the file."""

    @contextmanager
    def step(self, at: datetime, title: str) -> Iterator[None]:
        """Set the clock, run what is inside, and wait until the platform is idle."""
        with self.output.step(at, title):
            self.move_clock(at)
            yield
            self.wait_until_idle()

    def move_clock(self, at: datetime) -> None:
        """Set the clock of the platform, unless that would move it back."""
        if at > clock.current_time(self.platform):
            clock.set_time(self.platform, at)

    def wait_until_idle(self) -> None:
        """Wait until the platform is idle, events on their way through the broker included.

        An event causes a chain of at most two others: from registration to itself, to matching,
        to notifications. Without a broker, events that were sent have been handled.
        """
        at_rest = quiescence.PendingWork(self.platform, self.mission_id)
        for service in ("matching", "registration", "matching") if self._has_broker else ():
            quiescence.wait_until_none(at_rest)
            clock.barrier(self.platform, service)
        quiescence.wait_until_none(at_rest, quiet_seconds=QUIET_SECONDS)

    @cached_property
    def _has_broker(self) -> bool:
        return any(client.get("/health/ready")["broker"] != "none" for client in self.platform.services.values())

    def attempt(self, work: Callable[[], Result]) -> Result | None:
        """Return the result of a request; if it is refused, report that and return None."""
        try:
            return work()
        except RefusedError as error:
            self.report_failure(self.output.text("refused", cause=error.message))
            return None

    def report_failure(self, words: str) -> None:
        """Tell and keep that something is not as it should be."""
        self.output.add_warning(words)
        self.result.troubles.append(words)

    def note(self, words: str) -> None:
        """Tell and keep something that a reader should know, though nothing went wrong."""
        self.output.add_warning(words)
        self.result.notes.append(words)

    @property
    def mission_path(self) -> str:
        """The path of the mission, which is the same in every service."""
        return f"/v1/missions/{self.mission_id}"

    def organisation_name(self, reference: str) -> str:
        """Return the name of an organisation, given its id in the file, in the language of the output."""
        return self.ids.organisation_name(reference, self.output.language)

    def meetings(self) -> list[JsonObject]:
        """Return all meetings of the mission in their present state."""
        return list(self.platform.matching.items(f"{self.mission_path}/meetings"))

    def timetables(self, after: int) -> list[dict[str, Any]]:
        """Return the published versions of the timetable after a number, in order."""
        matching = self.platform.matching
        listed = [
            row["number"] for row in matching.get_items(f"{self.mission_path}/timetables") if row["number"] > after
        ]
        return [matching.get(f"{self.mission_path}/timetables/{number}") for number in sorted(listed)]
