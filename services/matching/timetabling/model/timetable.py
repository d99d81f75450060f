"""Timetables: meetings with their place, and what could not be placed."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from matching.timetabling.model.objectives import Attained
from matching.timetabling.model.people import Id

Pair = tuple[Id, Id]
"""A guest organisation and a host organisation."""


class Reason(StrEnum):
    """Why a pair has no meeting; each is a fact that can be looked up in the timetable."""

    AVOIDED = "avoided"
    """One side asked not to meet the other."""
    NO_COMMON_SLOT = "no_common_slot"
    """No slot ahead finds a negotiator of each side, and a table that they could use, even in an empty hall."""
    HALL_FULL = "hall_full"
    """In some slot both sides have somebody free, but every table that they could use is taken."""
    DAY_CAP_REACHED = "day_cap_reached"
    """In some slot both sides have somebody who is not in a meeting, but one of them has had enough that day."""
    NO_INTERPRETER = "no_interpreter"
    """In some slot both sides have somebody free, but they have no language in common and nobody can interpret."""
    TOO_FAR = "too_far"
    """In some slot both sides have somebody who sits in no other meeting, but one could not walk there in time."""
    PEOPLE_BUSY = "people_busy"
    """In every common slot one side's people all sit in other meetings."""
    FREE_PLACE_LEFT = "free_place_left"
    """There is a free place; nobody was asked to take it."""


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A meeting with its slot, table and people."""

    guest_id: Id
    host_id: Id
    slot_id: str
    table_id: str
    guest_person: Id
    host_person: Id
    online: bool = False
    interpreter: str = ""
    """Who interprets; empty where nobody does."""

    @cached_property
    def pair(self) -> Pair:
        """The guest and the host."""
        return self.guest_id, self.host_id

    @cached_property
    def people(self) -> tuple[Id, Id]:
        """The two who negotiate."""
        return self.guest_person, self.host_person

    @property
    def sitters(self) -> tuple[Id | str, ...]:
        """Everybody who sits at the table, an interpreter included."""
        return (*self.people, self.interpreter) if self.interpreter else self.people


@dataclass(frozen=True, kw_only=True)
class Unplaced:
    """A candidate without a meeting, and why."""

    guest_id: Id
    host_id: Id
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class Timetable:
    """A mission's meetings and how good they are.

    Value and bound are in points of the last tier (`Problem.weights`): no timetable that does as well in what comes
    before the value is worth more than the bound. Proven says that value equals bound. `aims` tells of all, in order.
    """

    meetings: tuple[Placed, ...]
    value: int
    bound: int
    proven: bool
    unplaced: tuple[Unplaced, ...]
    seconds: float
    aims: tuple[Attained, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Move:
    """A meeting whose slot, table or people changed."""

    before: Placed
    after: Placed


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """A meeting that is no more, and why it has no other place."""

    meeting: Placed
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class Repair:
    """A timetable after a change, and all that differs from the one before.

    Value is in points of the last tier; bound is the most that the meetings of before and those asked for could be
    worth. Proven says that every aim of the repair was reached as well as can be; the aims say it one by one.
    """

    meetings: tuple[Placed, ...]
    moved: tuple[Move, ...]
    dropped: tuple[Dropped, ...]
    added: tuple[Placed, ...]
    value: int
    bound: int
    proven: bool
    seconds: float
    aims: tuple[Attained, ...] = ()
    """The first one first."""

    @property
    def told(self) -> frozenset[Id]:
        """The people whose day changed."""
        moved = (meeting for move in self.moved for meeting in (move.before, move.after))
        changed = (*moved, *(dropped.meeting for dropped in self.dropped), *self.added)
        return frozenset(person for meeting in changed for person in meeting.people)
