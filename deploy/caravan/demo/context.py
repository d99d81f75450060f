"""Where the play takes place: the platform, the scenario, who is who, and what came of it so far."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from caravan.client import Answer, Platform, RefusedError
from caravan.demo import clock, quiescence
from caravan.demo.console_output import Teller
from caravan.demo.id_mapping import Cast
from caravan.demo.result import Record
from caravan.demo.schedule import Plan
from caravan.scenario.reader import Scenario

Result = TypeVar("Result")

CALM_SECONDS = 0.1
"""How long nothing may open again before the platform counts as at rest."""


@dataclass
class Stage:
    """Everything that an act needs."""

    platform: Platform
    scenario: Scenario
    teller: Teller
    plan: Plan
    cast: Cast
    record: Record
    mission_id: str = ""
    applications: dict[str, str] = field(default_factory=dict)
    """The platform's ids by the organisations' in the file."""

    @contextmanager
    def step(self, at: datetime, title: str) -> Iterator[None]:
        """Move the clock, play what is inside, and let the platform come to rest."""
        with self.teller.step(at, title):
            self.move_clock(at)
            yield
            self.rest()

    def move_clock(self, at: datetime) -> None:
        """Set the platform's clock; it never goes back during a play."""
        if at > clock.read(self.platform):
            clock.move(self.platform, at)

    def rest(self) -> None:
        """Wait until the platform has nothing left to do, on its way through the broker included.

        An event makes others at most twice: registration answers itself, then matching, then
        notifications. Without a broker what was sent has been handled.
        """
        at_rest = quiescence.Rest(self.platform, self.mission_id)
        for service in ("matching", "registration", "matching") if self._has_broker else ():
            quiescence.until(at_rest)
            clock.sound(self.platform, service)
        quiescence.until(at_rest, calm=CALM_SECONDS)

    @cached_property
    def _has_broker(self) -> bool:
        return any(client.get("/health/ready")["broker"] != "none" for client in self.platform.services.values())

    def attempt(self, work: Callable[[], Result]) -> Result | None:
        """Do something; a refusal is told and kept, and the play goes on without it."""
        try:
            return work()
        except RefusedError as error:
            self.trouble(self.teller.say("refused", cause=error.message))
            return None

    def trouble(self, words: str) -> None:
        """Tell and keep that something is not as it should be."""
        self.teller.trouble(words)
        self.record.troubles.append(words)

    def note(self, words: str) -> None:
        """Tell and keep something that a reader should know, though nothing went wrong."""
        self.teller.trouble(words)
        self.record.notes.append(words)

    @property
    def mission(self) -> str:
        """The path of the mission, the same in every service."""
        return f"/v1/missions/{self.mission_id}"

    def name(self, reference: str) -> str:
        """Call an organisation of the file by its name in the language of the telling."""
        return self.cast.name(reference, self.teller.language)

    def meetings(self) -> list[Answer]:
        """Return all meetings of the mission as they now stand."""
        return list(self.platform.matching.items(f"{self.mission}/meetings"))

    def timetables(self, after: int) -> list[dict[str, Any]]:
        """Return the published versions of the timetable after a number, in order."""
        matching = self.platform.matching
        listed = [row["number"] for row in matching.listed(f"{self.mission}/timetables") if row["number"] > after]
        return [matching.get(f"{self.mission}/timetables/{number}") for number in sorted(listed)]
