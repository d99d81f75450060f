"""What a timetable strives for, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Aim(StrEnum):
    """One thing that a timetable can be good at."""

    GUARANTEE = "guarantee"
    """Fewest meetings are missing to the least number of the guests."""
    VALUE = "value"
    """The meetings are worth most."""
    TARGET = "target"
    """Most guests reach the least number."""
    COMFORT = "comfort"
    """The timetable asks least of its people, by the points of `domain.comfort`, and stands early."""
    GAPS = "gaps"
    """People wait least often between two meetings of one session."""
    EARLY = "early"
    """Meetings stand in early slots."""
    TABLES = "tables"
    """The people of hosts change tables least often within a day."""


class Calm(StrEnum):
    """One thing that a repair can be good at; more is better of the value alone."""

    LOST = "lost"
    """Fewest meetings that could stand where they were have no place at all."""
    UNPLACED = "unplaced"
    """Fewest displaced meetings have no new place."""
    AFFECTED = "affected"
    """Fewest people have another day though the incident does not concern them."""
    VALUE = "value"
    """The meetings are worth most."""
    MOVED = "moved"
    """Fewest meetings stand elsewhere, or with others, than before."""
    SHIFT = "shift"
    """Moves are shortest: two for each minute between the starts, and one for each meeting that is earlier."""


CHOOSING = (Aim.GUARANTEE, Aim.VALUE, Aim.TARGET)
"""Aims that say which pairs meet."""
PLACING = (Aim.COMFORT, Aim.GAPS, Aim.EARLY)
"""Aims that say when the chosen pairs meet."""
RISING = frozenset((Aim.VALUE, Aim.TARGET))
"""Aims of which more is better."""
STANDARD = (Aim.VALUE, Aim.TARGET, Aim.COMFORT)
"""The aims of a problem that names none."""


@dataclass(frozen=True, kw_only=True)
class Attained:
    """How far a timetable or a repair reaches an aim: in points, meetings, people, waits and what else aims count.

    None that does as well in the aims before it does better than the bound; None: no bound was looked for or found.
    """

    aim: Aim | Calm
    value: int
    bound: int | None
    pursued: bool = True
    """Whether anything was done for the aim; else it is only counted."""

    @property
    def proven(self) -> bool:
        """Whether nothing better exists."""
        return self.value == self.bound


def check_order(aims: Sequence[Aim]) -> None:
    """Refuse an order of aims in which one could not be strived for.

    Raises:
        ValueError: one is named twice, the value is missing, or pairs would be chosen after they are placed.

    """
    if len(set(aims)) < len(aims):
        raise ValueError("An aim is named twice.")
    if Aim.VALUE not in aims:
        raise ValueError("The aim value is missing: nothing would say which pairs to choose.")
    stages = [_stage(aim) for aim in aims]
    if stages != sorted(stages):
        raise ValueError("Aims must come in this order: those that choose pairs, those that place them, tables.")


def through_value(aims: Sequence[Aim]) -> tuple[Aim, ...]:
    """Give the aims up to the value."""
    return tuple(aims[: aims.index(Aim.VALUE) + 1])


def _stage(aim: Aim) -> int:
    return 0 if aim in CHOOSING else 1 if aim in PLACING else 2
