"""Fewer waits at the same value: slots change places as a whole, then along chains of two slots."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matching.timetabling.large.instance import UNPLACED, Floats, Ints, LargeMission
from matching.timetabling.large.occupancy import Diary, bits
from matching.timetabling.large.run import Effort

PASSES = 12


@dataclass(frozen=True, kw_only=True, eq=False)
class Calm:
    """A timetable with fewer breaks, and how many there were before."""

    slot_of: Ints
    breaks: int
    breaks_before: int


def calmed(mission: LargeMission, slot_of: Ints, held: Ints, effort: Effort) -> Calm:
    """Lower the breaks of a timetable whose meetings stay the same.

    A break is a group of idle slots between two meetings of a person in one session (Bofill et al., JAIR 74, 2022).

    Args:
        mission: the mission without its locked meetings.
        slot_of: its timetable.
        held: the slots of locked meetings, which count for breaks and stay.
        effort: only its end and its stop matter.

    """
    days = _days(mission, held) | (0 if mission.sits is None else mission.sits)
    before = _breaks(mission, _days(mission, slot_of) | days)
    if mission.clash is not None:
        return Calm(slot_of=slot_of, breaks=before, breaks_before=before)
    ordered = slot_of if days.any() else _in_best_order(mission, slot_of)
    if _breaks(mission, _days(mission, ordered) | days) < before:
        slot_of = ordered
    diary, calming = Diary.of(mission, slot_of), Waits(mission.sessions.tolist())
    for _ in range(PASSES):
        if not _pass(diary, calming, days.tolist(), effort):
            break
    after = _breaks(mission, np.array(diary.busy, dtype=np.int64) | days)
    return Calm(slot_of=diary.as_slots(), breaks=after, breaks_before=before)


class Waits:
    """Counts the breaks of a day, a bit set; sessions are bit sets, too."""

    def __init__(self, sessions: list[int]) -> None:
        self._sessions = sessions
        self._begins = sum(slots & -slots for slots in sessions)

    def of(self, day: int) -> int:
        """Count the groups of neighbouring slots, but one for each session with meetings."""
        groups = (day & ~(day << 1 & ~self._begins)).bit_count()
        return groups - sum(1 for slots in self._sessions if day & slots)


def _pass(diary: Diary, waits: Waits, held: list[int], effort: Effort) -> bool:
    """Let each person with a break try every exchange of two slots that mends it; say whether one was found.

    Along a chain only the two people at its ends change their days: all others keep both slots.
    """
    found = False
    for person in range(diary.mission.people):
        if not person % 100 and effort.is_out_of_time:
            return False
        if waits.of(diary.busy[person] | held[person]):
            found |= _mend(diary, waits, person, held)
    return found


def _mend(diary: Diary, waits: Waits, person: int, held: list[int]) -> bool:
    """Make the first exchange that lowers the breaks of a person and of whoever is at the chain's other end."""
    day = diary.busy[person] | held[person]
    for one, other in _mending(day, diary.busy[person], diary.free[person] & ~day):
        exchange = 1 << one | 1 << other
        gain = waits.of(day) - waits.of(day ^ exchange)
        chain = diary.chain(person, one, other) if gain > 0 else None
        if chain is None or not diary.has_tables(chain, one, other):
            continue
        end = _other_end(diary, person, chain)
        theirs = diary.busy[end] | held[end]
        if gain + waits.of(theirs) - waits.of(theirs ^ exchange) > 0:
            diary.shift(chain, one, other)
            return True
    return False


def _mending(day: int, movable: int, free: int) -> Iterator[tuple[int, int]]:
    """Give the exchanges that may lower a day's breaks: a lone slot goes beside others, or a run's end into a hole."""
    beside = free & (day << 1 | day >> 1)
    hole = free & day << 1 & day >> 1
    lone = day & ~(day << 1) & ~(day >> 1)
    end = day & ~lone & ~(day << 1 & day >> 1)
    for one in bits(movable & lone):
        for other in bits(beside):
            yield one, other
    for one in bits(movable & end) if hole else ():
        for other in bits(hole):
            yield one, other


def _other_end(diary: Diary, person: int, chain: list[int]) -> int:
    for meeting in chain:
        person = diary.guest[meeting] + diary.host[meeting] - person
    return person


def _in_best_order(mission: LargeMission, slot_of: Ints) -> Ints:
    """Put slots of a day that are all alike in the order in which most people have neighbouring meetings."""
    placed = slot_of != UNPLACED
    halls = set(zip(mission.tables.tolist(), mission.video_tables.tolist(), strict=True))
    alike = (mission.common[placed] == (1 << mission.slots) - 1).all() and len(halls) == 1
    if not placed.any() or not alike:
        return slot_of
    busy = (_days(mission, slot_of)[:, None] >> np.arange(mission.slots) & 1).astype(np.float64)
    together = busy.T @ busy
    place = np.arange(mission.slots)
    for day in range(len(mission.day_slots)):
        slots = np.flatnonzero(mission.days == day)
        shared = together[np.ix_(slots, slots)]
        best = max((_path(shared, start) for start in range(len(slots))), key=lambda path: _length(shared, path))
        place[slots] = slots[np.argsort(_turned(shared, best))]
    return np.where(placed, place[slot_of], UNPLACED)


def _path(together: Floats, start: int) -> Ints:
    """Go from slot to the slot that shares most people with it."""
    path, rest = [start], set(range(len(together))) - {start}
    while rest:
        path.append(max(sorted(rest), key=lambda slot: float(together[path[-1], slot])))
        rest.remove(path[-1])
    return np.array(path)


def _turned(together: Floats, path: Ints) -> Ints:
    """Turn pieces of a path round while neighbours share more people so."""
    improved = True
    while improved:
        improved = False
        for start in range(len(path)):
            for end in range(start + 1, len(path)):
                turned = np.concatenate([path[:start], path[start : end + 1][::-1], path[end + 1 :]])
                if _length(together, turned) > _length(together, path):
                    path, improved = turned, True
    return path


def _length(together: Floats, path: Ints) -> float:
    return float(together[path[:-1], path[1:]].sum())


def _days(mission: LargeMission, slot_of: Ints) -> Ints:
    """Give each person's meetings as bits."""
    days = np.zeros(mission.people, np.int64)
    met = np.flatnonzero(slot_of != UNPLACED)
    for person in (mission.guest[met], mission.host[met]):
        np.bitwise_or.at(days, person, np.int64(1) << slot_of[met])
    return days


def _breaks(mission: LargeMission, days: Ints) -> int:
    begins = sum(slots & -slots for slots in mission.sessions.tolist())
    groups = np.bitwise_count(days & ~(days << 1 & ~begins)).sum()
    return int(groups - sum(np.count_nonzero(days & slots) for slots in mission.sessions))
