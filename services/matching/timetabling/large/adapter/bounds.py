"""Bounds of the aims of a large mission, by flows and by what the engine finds out."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from matching.timetabling.large.adapter.arrays import Arrays
from matching.timetabling.large.flow import Selection, relaxed
from matching.timetabling.large.instance import Ints, LargeMission
from matching.timetabling.large.run import Result
from matching.timetabling.model.objective_values import attainment
from matching.timetabling.model.objectives import Aim, through_value
from matching.timetabling.model.problem import Problem, value_of
from matching.timetabling.model.timetable import Placed


def is_guaranteed(problem: Problem) -> bool:
    """Say whether guests' least numbers of meetings come before the value."""
    before = through_value(problem.aims)
    return problem.min_meetings_per_guest > 0 and (Aim.GUARANTEE in before or Aim.TARGET in before)


@dataclass(kw_only=True)
class Bounds:
    """What no timetable is worth more than, beside the locked meetings."""

    guaranteed: int
    """No timetable in which no more than `missing` meetings are missing to the least numbers of the arrays."""
    free: int
    """No timetable at all."""
    missing: int
    """No timetable misses fewer."""

    @classmethod
    def of(cls, whole: LargeMission, selection: Selection) -> "Bounds":
        """Bound timetables of organisations by their flow, and by the one without least numbers."""
        free = relaxed(whole, guarantee=False) if whole.least.any() else selection
        more = whole.most_beyond
        return cls(guaranteed=selection.value + more, free=free.value + more, missing=selection.missing)

    def lower(self, bound: int) -> None:
        """Take over a bound on all timetables."""
        self.guaranteed, self.free = min(self.guaranteed, bound), min(self.free, bound)

    def learn(self, found: Result) -> None:
        """Take over what the engine found out, where there is only one choice of people."""
        self.missing = max(self.missing, found.least_missing)
        if found.missing <= found.least_missing:
            self.guaranteed = min(self.guaranteed, found.bound)
        else:
            self.lower(found.bound)

    def of_aims(self, arrays: Arrays, whole: LargeMission, meetings: tuple[Placed, ...]) -> dict[Aim, int]:
        """Bound the aims that say which pairs meet, each among timetables that do as well in the aims before it."""
        problem, held = arrays.problem, Counter(meeting.guest_id for meeting in arrays.problem.locked)
        guests = {candidate.guest_id for candidate in problem.candidates}.union(held)
        others = guests.difference(arrays.organisations[: arrays.guests])
        lacking = [max(0, problem.min_meetings_per_guest - held[guest]) for guest in others]
        missing, reach = self.missing + sum(lacking), np.minimum(whole.capacity, _partners(whole))
        at_target = int((arrays.missing <= reach)[: arrays.guests].sum()) + lacking.count(0)
        comes_first = Aim.GUARANTEE in through_value(problem.aims)
        is_least = comes_first and attainment(Aim.GUARANTEE, problem, meetings) <= missing
        worth = self.guaranteed if is_least else self.free
        value = value_of(problem, problem.locked) + worth
        return {Aim.GUARANTEE: missing, Aim.VALUE: value, Aim.TARGET: at_target}


def _partners(whole: LargeMission) -> Ints:
    """Count for each guest whom it could meet."""
    return np.bincount(whole.guest[whole.common != 0], minlength=whole.people)
