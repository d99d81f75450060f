"""What the solver of large missions answers, and tells on its way."""

from collections.abc import Callable
from dataclasses import dataclass

from matching.solver.large.mission import Ints

Progress = Callable[[int, int], None]
"""Told the value and the bound each time that one of them gets better."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Result:
    """A timetable of a large mission and how good it is.

    No timetable in which as few meetings are missing to the guarantee is worth more than the bound; where more are
    missing than the least possible, the bound holds for all timetables.
    """

    slot_of: Ints
    """Shape (candidates,): the slot of each pair, or UNPLACED."""
    table_of: Ints
    """Shape (candidates,): the number of its table in that slot, or UNPLACED."""
    value: int
    bound: int
    missing: int
    """Meetings that are missing to everybody's least number."""
    least_missing: int
    """How many are missing in any timetable."""
    below_minimum: int
    """People who have fewer meetings than their least number."""
    breaks: int
    """Groups of idle slots between two meetings of a person, of all people; lowered after the value is settled."""
    breaks_before: int
    table_changes: int
    """How often a host sits at another table than at its meeting before."""
    seconds: float
    cpu_seconds: float

    @property
    def gap(self) -> float:
        """How far the value may be from the best one, as a share of the bound."""
        return (self.bound - self.value) / self.bound if self.bound else 0.0

    @property
    def proven(self) -> bool:
        """Whether nothing better exists."""
        return self.value == self.bound and self.missing == self.least_missing
