"""What still stands of a timetable after the world has changed."""

from collections.abc import Iterable

from matching.domain.ledger import Ledger, Obstacle
from matching.domain.people import Id, may_sit
from matching.domain.problem import Problem, Seating
from matching.domain.timetable import Placed


def seating_of(problem: Problem, meeting: Placed) -> Seating | None:
    """Give the seating of a meeting that could stand where it is if it were alone, None if it can stand no more."""
    slot = problem.slot_by_id.get(meeting.slot_id)
    guest, host = (problem.person_by_id.get(person_id) for person_id in meeting.people)
    if slot is None or guest is None or host is None or problem.is_avoided(meeting.pair):
        return None
    location = problem.locations.of(slot.id, meeting.table_id)
    seating = Seating(slot, guest, host, meeting.interpreter, location)
    present = all(may_sit(person, slot.starts_at, slot.ends_at, problem.agenda) for person in (guest, host))
    of_the_pair = (guest.organisation_id, host.organisation_id) == meeting.pair
    has_table = meeting.table_id in problem.tables_for(slot, online=seating.online)
    is_placed = present and of_the_pair and has_table and problem.is_reachable(seating)
    return seating if is_placed and _is_understood(problem, seating) else None


def _is_understood(problem: Problem, seating: Seating) -> bool:
    """Say whether the two have a language in common or an interpreter who is there; one too many may stay."""
    able = problem.interpreters_for(seating)
    return "" in able or seating.interpreter in able


def still_standing(problem: Problem, before: Iterable[Placed], disturbed: frozenset[Id]) -> tuple[Placed, ...]:
    """Give the locked meetings and those of before that can stand beside them, the undisturbed ones first."""
    ledger = Ledger(problem, problem.locked)
    stay = list(problem.locked)
    for meeting in sorted(before, key=lambda m: not disturbed.isdisjoint(m.pair)):
        seating = seating_of(problem, meeting)
        if seating is None or meeting.pair in ledger.pairs or ledger.obstacle(seating) not in {None, Obstacle.TABLES}:
            continue
        if ledger.is_free(meeting.slot_id, meeting.table_id):
            ledger.take(meeting)
            stay.append(meeting)
    return tuple(stay)
