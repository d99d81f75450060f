"""Fewer waits at the same value: slots change places as a whole, then along chains of two slots."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matching.solver.large.diary import Diary, bits
from matching.solver.large.effort import Effort
from matching.solver.large.mission import UNPLACED, Floats, Ints, LargeMission

PASSES = 12


@dataclass(frozen=True, kw_only=True, eq=False)
class Calm:
    """A timetable with fewer breaks, and how many there were before."""

    slot_of: Ints
    breaks: int
    breaks_before: int


def calmed(mission: LargeMission, slot_of: Ints, held: Ints, effort: Effort) -> Calm:
    """Lower the breaks of a timetable whose meetings stay the same.

    A break is a group of idle slots between two meetings of a person (Bofill et al., JAIR 74, 2022).

    Args:
        mission: the mission without its locked meetings.
        slot_of: its timetable.
        held: the slots of locked meetings, which count for breaks and stay.
        effort: only its end and its stop matter.

    """
    days = _days(mission, held)
    before = _breaks(_days(mission, slot_of) | days)
    slot_of = _in_best_order(mission, slot_of, held)
    diary = Diary.of(mission, slot_of)
    for _ in range(PASSES):
        if not _pass(diary, days.tolist(), effort):
            break
    return Calm(
        slot_of=diary.as_slots(), breaks=_breaks(np.array(diary.busy, dtype=np.int64) | days), breaks_before=before
    )


def runs(day: int) -> int:
    """Count the groups of neighbouring slots in a bit set."""
    return (day & ~(day << 1)).bit_count()


def _pass(diary: Diary, held: list[int], effort: Effort) -> bool:
    """Let each person with a break try every exchange of two slots that mends it; say whether one was found.

    Along a chain only the two people at its ends change their days: all others keep both slots.
    """
    found = False
    for person in range(diary.mission.people):
        if not person % 100 and effort.is_out_of_time:
            return False
        if runs(diary.busy[person] | held[person]) > 1:
            found |= _mend(diary, person, held)
    return found


def _mend(diary: Diary, person: int, held: list[int]) -> bool:
    """Make the first exchange that lowers the breaks of a person and of whoever is at the chain's other end."""
    day = diary.busy[person] | held[person]
    for one, other in _mending(day, diary.busy[person], diary.free[person] & ~day):
        exchange = 1 << one | 1 << other
        gain = runs(day) - runs(day ^ exchange)
        chain = diary.chain(person, one, other) if gain > 0 else None
        if chain is None or (len(chain) % 2 and diary.room[other] <= 0):
            continue
        end = _other_end(diary, person, chain)
        theirs = diary.busy[end] | held[end]
        if gain + runs(theirs) - runs(theirs ^ exchange) > 0:
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


def _in_best_order(mission: LargeMission, slot_of: Ints, held: Ints) -> Ints:
    """Put slots that are all alike in the order in which most people have neighbouring meetings."""
    placed = slot_of != UNPLACED
    alike = (mission.common[placed] == (1 << mission.slots) - 1).all() and len(set(mission.tables.tolist())) == 1
    if not placed.any() or not alike or (held != UNPLACED).any():
        return slot_of
    busy = (_days(mission, slot_of)[:, None] >> np.arange(mission.slots) & 1).astype(np.float64)
    together = busy.T @ busy
    best = max((_path(together, start) for start in range(mission.slots)), key=lambda path: _length(together, path))
    place = np.argsort(_turned(together, best))
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


def _breaks(days: Ints) -> int:
    return int(np.maximum(np.bitwise_count(days & ~(days << 1)).astype(np.int64) - 1, 0).sum())
