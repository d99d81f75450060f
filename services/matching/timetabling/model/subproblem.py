"""What decides about some pairs: a mission cut down to their people, with the tables that others leave."""

from collections import defaultdict
from collections.abc import Collection, Container, Iterable
from dataclasses import replace

from matching.timetabling.model.people import Person
from matching.timetabling.model.problem import Problem
from matching.timetabling.model.timetable import Pair, Placed


def around(problem: Problem, meetings: Iterable[Placed], pairs: Collection[Pair]) -> Problem:
    """Cut a mission down to the people of some pairs.

    Of the given meetings those of these people are locked, and those of interpreters; of the others only their tables
    are missing.
    """
    wanted, people = set(pairs), _people(problem, pairs)
    ids = {person.id for person in people}
    locked, taken = [], defaultdict[str, set[str]](set)
    for meeting in meetings:
        if meeting.interpreter or meeting.guest_person in ids or meeting.host_person in ids:
            locked.append(meeting)
        else:
            taken[meeting.slot_id].add(meeting.table_id)
    slots = (
        replace(slot, tables=tuple(table for table in slot.tables if table not in taken[slot.id]))
        for slot in problem.slots
    )
    return replace(
        problem,
        slots=tuple(slots),
        people=people,
        candidates=tuple(candidate for candidate in problem.candidates if candidate.pair in wanted),
        locked=tuple(locked),
    )


def _people(problem: Problem, pairs: Iterable[Pair]) -> tuple[Person, ...]:
    organisations = {end for pair in pairs for end in pair}
    return tuple(person for person in problem.people if person.organisation_id in organisations)


def of_these(meetings: Iterable[Placed], pairs: Container[Pair]) -> tuple[Placed, ...]:
    """Give the meetings of some pairs."""
    return tuple(meeting for meeting in meetings if meeting.pair in pairs)
