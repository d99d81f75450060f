"""Which meetings of thousands can stand where they are, and beside each other: `domain.standing` by arrays."""

from collections.abc import Sequence

import numpy as np

from matching.domain.people import Id
from matching.domain.problem import Problem
from matching.domain.standing import seating_of, still_standing
from matching.domain.timetable import Placed
from matching.solver.around import around, of_these
from matching.solver.bridge.beside import Beside
from matching.solver.bridge.rows import Rows
from matching.solver.large.mission import MOST_SLOTS, Bools


def is_plain(problem: Problem) -> bool:
    """Say whether slots fit into bits, do not overlap, and no walk between two of them may be too long."""
    is_apart = all(len(slots) == 1 for slots in problem.clashes.values())
    return len(problem.slots) <= MOST_SLOTS and is_apart and not problem.locations.near


def standing_together(beside: Beside, movable: Sequence[Placed], disturbed: frozenset[Id]) -> Rows:
    """Give the movable meetings of a plain problem that can stand beside the locked ones and each other.

    Where two cannot both stand, that of the disturbed goes.
    """
    problem = beside.problem
    rows = Rows(beside.numbers, (*movable, *problem.locked))
    is_movable = np.arange(len(rows.meetings)) < len(movable)
    stands = _stands(rows) & is_movable
    apart = rows.crowded(stands | ~is_movable) & stands
    sure = rows.some(stands & ~apart)
    if not apart.any():
        return sure
    others = rows.some(apart).meetings
    pairs = {meeting.pair for meeting in others}
    near = around(problem, (*problem.locked, *sure.meetings), pairs)
    kept = of_these(still_standing(near, others, disturbed), pairs)
    return sure.plus(Rows(beside.numbers, kept))


def _stands(rows: Rows) -> Bools:
    """Say which meetings could stand if they were alone; those of which more is asked are looked at one by one."""
    guest, host = rows.sides
    known = (guest >= 0) & (host >= 0) & (rows.slot >= 0) & (rows.table >= 0)
    stands = np.zeros(len(rows.meetings), np.bool_)
    slot = rows.slot[known]
    free, is_open = rows.numbers.free, rows.numbers.open
    both = free[guest[known]] & free[host[known]]
    stands[known] = (both >> slot & 1).astype(np.bool_) & is_open[slot, rows.table[known]]
    of = [person.organisation_id for person in rows.numbers.problem.people]
    ends = zip(np.flatnonzero(known).tolist(), guest[known].tolist(), host[known].tolist(), strict=True)
    stands[[n for n, one, other in ends if (of[one], of[other]) != rows.meetings[n].pair]] = False
    for n in np.flatnonzero(stands & _is_special(rows)).tolist():
        stands[n] = seating_of(rows.numbers.problem, rows.meetings[n]) is not None
    return stands


def _is_special(rows: Rows) -> Bools:
    """Say of which meetings more is asked than that two people are there and a table is open."""
    people = rows.numbers.problem.people
    shy = {end for pair in rows.numbers.problem.avoid for end in pair}
    asks = [person.online or person.organisation_id in shy for person in people]
    speaks = [person.languages for person in people]
    number = {languages: n for n, languages in enumerate(dict.fromkeys(speaks))}
    spoken = np.array([*(number[languages] for languages in speaks), 0], dtype=np.int64)
    apart = np.array(
        [[bool(one and other) and one.isdisjoint(other) for other in number] for one in number] or [[False]]
    )
    asking = np.array([*asks, False], dtype=np.bool_)
    guest, host = rows.sides
    helped = np.array([bool(meeting.interpreter) for meeting in rows.meetings], dtype=np.bool_)
    return np.asarray(asking[guest] | asking[host] | helped | apart[spoken[guest], spoken[host]])
