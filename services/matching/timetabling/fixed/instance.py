"""All meetings given (B2BSP).

Timetables of meetings that are all agreed on: each one is placed, and people wait as seldom as possible.

The B2B meeting scheduling problem of Bofill et al., Journal of Artificial Intelligence Research 74 (2022) 263-301.

What slots a meeting can have at all, before any search.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise


@dataclass(frozen=True, kw_only=True)
class GivenMeetings:
    """Meetings of two people each, numbered from 0 like the people and the slots; all of them are to be placed.

    Raises:
        ValueError: the parts are not of one size, or name what there is not.

    """

    people: int
    tables: tuple[int, ...]
    """For each slot, how many meetings it can hold."""
    meetings: tuple[tuple[int, int], ...]
    allowed: tuple[frozenset[int], ...]
    """For each meeting, the slots in which it may stand: both are there, in its session, or where it is fixed."""
    precedences: tuple[tuple[int, int], ...] = ()
    """Pairs of meetings of which the first one comes strictly earlier."""
    fairness: int | None = None
    """The most by which two people's numbers of breaks may differ."""

    def __post_init__(self) -> None:
        """Refuse what is no problem."""
        if len(self.allowed) != len(self.meetings):
            raise ValueError("Each meeting has its allowed slots.")
        if any(one == other or not {one, other} <= set(range(self.people)) for one, other in self.meetings):
            raise ValueError("A meeting takes two different people.")
        if any(not slots <= set(range(len(self.tables))) for slots in self.allowed):
            raise ValueError("A meeting may stand in a slot that there is not.")
        if any(not {first, then} <= set(range(len(self.meetings))) for first, then in self.precedences):
            raise ValueError("A precedence names a meeting that there is not.")

    @cached_property
    def of_person(self) -> tuple[tuple[int, ...], ...]:
        """The numbers of each person's meetings."""
        found: list[list[int]] = [[] for _ in range(self.people)]
        for number, pair in enumerate(self.meetings):
            for person in pair:
                found[person].append(number)
        return tuple(map(tuple, found))

    def breaks(self, places: Sequence[int]) -> list[int]:
        """Count each person's breaks, which are groups of idle slots between meetings; places are meetings' slots."""
        return [breaks_between(places[number] for number in meetings) for meetings in self.of_person]


def breaks_between(slots: Iterable[int]) -> int:
    """Count the groups of slots that are missing between the first and the last one."""
    return sum(later > earlier + 1 for earlier, later in pairwise(sorted(slots)))


class ImpossibleError(Exception):
    """There is no timetable."""


def narrowed(given: GivenMeetings) -> list[set[int]]:
    """Take from each meeting the slots that precedences and meetings with one slot left forbid.

    Raises:
        ImpossibleError: a meeting has no slot left.

    """
    allowed = [set(slots) for slots in given.allowed]
    before: list[set[int]] = []
    while before != allowed:
        if not all(allowed):
            raise ImpossibleError
        before = [set(slots) for slots in allowed]
        _in_order(given, allowed)
        _alone(given, allowed)
    return allowed


def _in_order(given: GivenMeetings, allowed: list[set[int]]) -> None:
    for first, then in given.precedences:
        earliest, latest = min(allowed[first], default=0), max(allowed[then], default=0)
        allowed[then] = {slot for slot in allowed[then] if slot > earliest}
        allowed[first] = {slot for slot in allowed[first] if slot < latest}


def _alone(given: GivenMeetings, allowed: list[set[int]]) -> None:
    for number, pair in enumerate(given.meetings):
        if len(allowed[number]) == 1:
            for other in {other for person in pair for other in given.of_person[person]} - {number}:
                allowed[other] -= allowed[number]
