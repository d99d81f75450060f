"""Ejection chains and their undo log.

The place for one more meeting that changes the days of fewest others.

What a repair changed, and why a meeting has no place.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from matching.timetabling.large.instance import LargeMission
from matching.timetabling.large.occupancy import Diary, bits
from matching.timetabling.model.timetable import Reason

FAR = 1 << 30


@dataclass(frozen=True, kw_only=True)
class Way:
    """A slot for a meeting, and the exchange that frees each busy side there: person and other slot."""

    slot: int
    vacated: tuple[tuple[int, int], ...] = ()
    relieved: tuple[int, int] | None = None
    """Somebody whose meeting leaves the slot along a chain that frees a table, and the other slot of the chain."""
    told: int = 0
    """How many people have another day who would not be told anyway."""
    moved: int = 0
    """How many other meetings move."""


def shortest_way(diary: Diary, meeting: int, known: Iterable[int] = ()) -> Way | None:
    """Find the way to place a meeting that is told to fewest, then that moves fewest; of equal ones the earliest slot.

    Known are those who are told anyway, as the two of the meeting are.
    """
    if not diary.may_meet(meeting):
        return None
    free = diary.open_slots(meeting)
    if diary.places(meeting):
        return Way(slot=bits(diary.places(meeting))[0])
    told = {diary.guest[meeting], diary.host[meeting], *known}
    ways = [way for slot in bits(free) if (way := _by_relief(diary, slot, told))]
    for slot in bits(diary.common[meeting] & ~free):
        if any(way.told <= 1 and way.moved <= 1 for way in ways):
            break
        way = _by_chains(diary, meeting, slot, told)
        if way:
            ways.append(way)
    return min(ways, key=lambda way: (way.told, way.moved, way.slot), default=None)


def go(diary: Diary, meeting: int, way: Way) -> bool:
    """Place a meeting by a way; False leaves everything as it was, where one chain has closed the other's."""
    made: list[tuple[list[int], int]] = []
    for person, other in (*way.vacated, *([way.relieved] if way.relieved else [])):
        if diary.busy[person] >> way.slot & 1:
            chain = diary.chain(person, way.slot, other)
            if chain is None or not diary.has_tables(chain, way.slot, other):
                break
            diary.shift(chain, way.slot, other)
            made.append((chain, other))
    if diary.places(meeting) >> way.slot & 1:
        diary.enter(meeting, way.slot)
        return True
    for chain, other in reversed(made):
        diary.shift(chain, way.slot, other)
    return False


def _by_relief(diary: Diary, slot: int, known: set[int]) -> Way | None:
    """Find the chain of an odd number of meetings that frees a table of a full slot and is told to fewest."""
    best: Way | None = None
    for other in bits(diary.with_room & ~(1 << slot)):
        for guest in range(diary.mission.guests):
            if not diary.busy[guest] >> slot & 1 or diary.busy[guest] >> other & 1:
                continue
            chain = diary.chain(guest, slot, other)
            if chain is None or len(chain) % 2 == 0 or not diary.has_tables(chain, slot, other):
                continue
            way = Way(slot=slot, relieved=(guest, other), told=_told(diary, chain, known), moved=len(chain))
            if len(chain) == 1:
                return way
            if best is None or (way.told, way.moved) < (best.told, best.moved):
                best = way
    return best


def _by_chains(diary: Diary, meeting: int, slot: int, known: set[int]) -> Way | None:
    """Free the busy sides of a meeting in a slot, each by the chain that is told to fewest."""
    vacated, told, moved, room = [], 0, 0, diary.room[slot]
    for person in (diary.guest[meeting], diary.host[meeting]):
        if diary.busy[person] >> slot & 1:
            others, length, other = _shortest_chain(diary, person, slot, known, needs_room=room <= 0)
            if length == FAR and room <= 0:
                others, length, other = _shortest_chain(diary, person, slot, known, needs_room=False)
            if length == FAR:
                return None
            vacated.append((person, other))
            told, moved = told + others, moved + length
            room += length % 2
    relief = None if room > 0 else _by_relief(diary, slot, known)
    if relief is not None:
        told, moved, room = told + relief.told, moved + relief.moved, 1
    relieved = relief.relieved if relief else None
    return Way(slot=slot, vacated=tuple(vacated), relieved=relieved, told=told, moved=moved) if room > 0 else None


def _shortest_chain(diary: Diary, person: int, slot: int, known: set[int], *, needs_room: bool) -> tuple[int, int, int]:
    """Find the chain that frees a person in a slot: who is told of it, its length, the other slot of the exchange."""
    best = (FAR, FAR, FAR)
    for other in bits(diary.free[person] & ~diary.busy[person]):
        chain = diary.chain(person, slot, other)
        if chain is None or not diary.has_tables(chain, slot, other) or (len(chain) % 2 == 0 and needs_room):
            continue
        best = min(best, (_told(diary, chain, known), len(chain), other))
        if len(chain) == 1:
            break
    return best


def _told(diary: Diary, chain: list[int], known: set[int]) -> int:
    """Count the people of a chain who are not told anyway."""
    return len({side[meeting] for meeting in chain for side in (diary.guest, diary.host)} - known)


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A meeting in another slot than before."""

    meeting: int
    before: int
    after: int


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """A meeting that is no more, and why it has no other place.

    Slots are those of which the reason speaks: with no common slot, when one side is there and the other is not; with
    a full hall, when both are free; with busy people, when both are there. People are those at their cap.
    """

    meeting: int
    reason: Reason
    slots: tuple[int, ...] = ()
    people: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Change:
    """All that differs after a repair: told are all whose day differs, reseated meetings change their table alone."""

    moved: tuple[Moved, ...]
    dropped: tuple[Dropped, ...]
    added: tuple[int, ...]
    reseated: tuple[int, ...]
    told: frozenset[int]
    seconds: float


class Journal(Diary):
    """A diary that remembers where each meeting stood before it was touched."""

    def __init__(self, mission: LargeMission) -> None:
        super().__init__(mission)
        self.was: dict[int, int] = {}

    def begin(self) -> None:
        """Forget what was touched."""
        self.was = {}

    def enter(self, meeting: int, slot: int) -> None:
        """Place a meeting, and note where it was."""
        self.was.setdefault(meeting, self.slot_of[meeting])
        super().enter(meeting, slot)

    def strike(self, meeting: int) -> int:
        """Take a meeting out, and note where it was."""
        self.was.setdefault(meeting, self.slot_of[meeting])
        return super().strike(meeting)

    def touched(self) -> list[tuple[int, int, int]]:
        """Give each meeting that stands elsewhere than before, with the slots before and after."""
        places = ((meeting, before, self.slot_of[meeting]) for meeting, before in sorted(self.was.items()))
        return [place for place in places if place[1] != place[2]]


def why_dropped(diary: Diary, meeting: int) -> Dropped:
    """Find in the timetable as it stands why a meeting is not in it."""
    sides = diary.guest[meeting], diary.host[meeting]
    common = diary.common[meeting]
    if not common:
        either = diary.free[sides[0]] | diary.free[sides[1]]
        return Dropped(meeting=meeting, reason=Reason.NO_COMMON_SLOT, slots=tuple(bits(either)))
    full = tuple(person for person in sides if diary.left[person] <= 0)
    if full:
        return Dropped(meeting=meeting, reason=Reason.DAY_CAP_REACHED, people=full)
    free = diary.open_slots(meeting)
    if diary.places(meeting):
        return Dropped(meeting=meeting, reason=Reason.FREE_PLACE_LEFT, slots=tuple(bits(diary.places(meeting))))
    if free:
        return Dropped(meeting=meeting, reason=Reason.HALL_FULL, slots=tuple(bits(free)))
    return Dropped(meeting=meeting, reason=Reason.PEOPLE_BUSY, slots=tuple(bits(common)))
