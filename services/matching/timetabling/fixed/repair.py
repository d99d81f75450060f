"""The calmest repair of a timetable of given meetings, found in a process of its own, with a limit and a stop."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Event

from matching.timetabling.fixed.instance import GivenMeetings
from matching.timetabling.fixed.repair_search import AIMS, Standing
from matching.timetabling.fixed.solve import Message, Processes
from matching.timetabling.fixed.worker import REPAIR, dumped

Progress = Callable[[Mapping[str, int], float], None]
"""Told what the best repair so far costs, by aim, and the seconds."""


@dataclass(frozen=True, kw_only=True)
class Repaired:
    """A repair: the slots of the meetings, None where one has no place, and how near each aim is to the best."""

    places: tuple[int | None, ...]
    costs: Mapping[str, int]
    """For each aim (`standing.AIMS`) what the repair costs."""
    bounds: Mapping[str, int]
    """For each aim the least that any repair costs that is as good in the aims before it; those after the first one
    that is not proven have none."""
    seconds: float

    @property
    def proven(self) -> dict[str, bool]:
        """For each aim whether nothing better exists."""
        return {aim: self.bounds.get(aim) == cost for aim, cost in self.costs.items()}


def repair(
    given: GivenMeetings,
    before: Mapping[int, int],
    *,
    told: frozenset[int] = frozenset(),
    time_limit_seconds: float = 60.0,
    progress: Progress | None = None,
    stop: Event | None = None,
) -> Repaired:
    """Place all meetings that can be, and disturb as few people as possible.

    Each aim counts among the repairs that are best in the ones before it: fewest meetings dropped, fewest others
    without a place, the least excess of fairness, fewest people told, fewest meetings moved, fewest breaks. Stopped by
    the event or by the limit, the best so far is kept; there is one at once.

    Args:
        given: the problem as it is now; a meeting without an allowed slot is dropped.
        before: the slots of the meetings that had one.
        told: people who are told of a change whatever happens.
        time_limit_seconds: of the search.
        progress: told of each better repair.
        stop: ends the search.

    Raises:
        RuntimeError: the search ended without an answer.

    """
    standing, started_at, stop = Standing(given, before, told), time.monotonic(), stop or Event()
    work = _Work(standing, lambda: time.monotonic() - started_at, progress)
    with Processes(dumped(given) | {"before": list(before.items()), "told": list(told)}) as processes:
        processes.start(REPAIR)
        while not work.is_done and not stop.is_set() and work.seconds() < time_limit_seconds:
            work.hear(processes.hear(min(0.1, time_limit_seconds - work.seconds())))
    return work.outcome()


class _Work:
    """The best of what the search told."""

    def __init__(self, standing: Standing, seconds: Callable[[], float], progress: Progress | None) -> None:
        self.seconds, self._progress = seconds, progress
        self._places = tuple(standing.at_once())
        self._rating = standing.rating(self._places)
        self._bounds: dict[str, int] = {}
        self.is_done = False

    def hear(self, message: Message) -> None:
        """Take over what is better."""
        if "places" in message and message["rating"] < self._rating:
            self._places, self._rating = tuple(message["places"]), message["rating"]
            if self._progress:
                self._progress(self._costs(), self.seconds())
        if "bound" in message:
            self._bounds[message["aim"]] = message["bound"]
        self.is_done = "done" in message

    def outcome(self) -> Repaired:
        """Give the best so far; when the search is done, each aim is as its bound says."""
        return Repaired(places=self._places, costs=self._costs(), bounds=self._bounds, seconds=self.seconds())

    def _costs(self) -> dict[str, int]:
        return dict(zip(AIMS, self._rating, strict=True))
