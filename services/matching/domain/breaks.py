"""Waits of people between their meetings."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from matching.domain.people import Id
from matching.domain.problem import Problem
from matching.domain.timetable import Placed


def breaks(problem: Problem, meetings: Iterable[Placed]) -> int:
    """Count the waits of all people: each row of idle slots between two meetings of one session, however long."""
    numbers: dict[str, tuple[str, int]] = {}
    lengths: dict[str, int] = defaultdict(int)
    for slot in problem.slot_by_id.values():
        numbers[slot.id] = slot.session, lengths[slot.session]
        lengths[slot.session] += 1
    sits: dict[tuple[Id, str], set[int]] = defaultdict(set)
    for meeting in meetings:
        if meeting.slot_id in numbers:
            session, number = numbers[meeting.slot_id]
            for person_id in meeting.people:
                sits[person_id, session].add(number)
    return sum(later - earlier > 1 for slots in sits.values() for earlier, later in pairwise(sorted(slots)))
