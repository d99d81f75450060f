"""Making a timetable suit its people better, one part of it after another."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from matching.domain.problem import Problem
from matching.domain.seating import Seated, give_tables
from matching.solver.model import TimetableModel, total
from matching.solver.search import Budget, Search
from matching.solver.suitability import comfort

EFFORT = 1.0
"""Units of work that go into one timetable's polish."""
EFFORT_A_PART = 0.1
"""Units of work after which a part is left as it is."""


def polished(problem: Problem, seated: list[Seated], budget: Budget, seed: int) -> list[Seated]:
    """Seat the same pairs again so that it suits them better; the rest of the timetable stands still meanwhile."""
    left = budget.portion(EFFORT)
    changed = True
    while changed and not left.is_spent:
        changed = False
        for sessions in _parts(problem):
            part = [(pair, seating) for pair, seating in seated if seating.slot.session in sessions]
            rest = [(pair, seating) for pair, seating in seated if seating.slot.session not in sessions]
            if part and not left.is_spent:
                better = _reseated(problem, part, rest, left, seed)
                changed = changed or set(better) != set(part)
                seated = rest + better
    return seated


def _parts(problem: Problem) -> Iterator[tuple[str, ...]]:
    """Give each session, then each two that follow one another."""
    sessions = list(dict.fromkeys(slot.session for slot in problem.slot_by_id.values()))
    yield from ((session,) for session in sessions)
    yield from pairwise(sessions)


def _reseated(problem: Problem, part: list[Seated], rest: list[Seated], left: Budget, seed: int) -> list[Seated]:
    """Seat one part again beside the rest."""
    pairs = dict(part)
    inside = tuple(candidate for candidate in problem.candidates if candidate.pair in pairs)
    around = replace(problem, candidates=inside, locked=give_tables(problem, rest, problem.locked))
    model = TimetableModel(around, pairs)
    model.start_from(part)
    model.cp.add(total(option.chosen for option in model.options) == len(part))
    portion = left.portion(EFFORT_A_PART)
    search = Search(model.cp, portion, seed=seed)
    before = portion.effort
    found = search.maximise(comfort(around, model))
    left.effort -= before - portion.effort
    return [(o.pair, o.seating) for o in model.options if search.chooses(o.chosen)] if found else part
