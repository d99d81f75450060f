"""Making a timetable that is too large to be proven worth more, a few slots at a time."""

from itertools import pairwise

from matching.domain.aims import through_value
from matching.domain.attainment import rating
from matching.domain.problem import Problem
from matching.domain.seating import Seated, before_tables, give_tables
from matching.solver.model import TimetableModel
from matching.solver.search import Budget, Search
from matching.solver.suitability import rated


def climbed(problem: Problem, seated: list[Seated], budget: Budget, seed: int) -> list[Seated]:
    """Fill each slot, then each two in a row, with the best of what the others leave, until nothing gains any more."""
    slots = list(problem.slot_by_id)
    windows = [frozenset([slot_id]) for slot_id in slots] + [frozenset(two) for two in pairwise(slots)]
    idle = 0
    while idle < len(windows) and not budget.is_spent:
        window, windows = windows[0], [*windows[1:], windows[0]]
        better = _refilled(problem, seated, window, budget, seed)
        idle = 0 if _rating(problem, better) > _rating(problem, seated) else idle + 1
        seated = better
    return seated


def _refilled(
    problem: Problem, seated: list[Seated], window: frozenset[str], budget: Budget, seed: int
) -> list[Seated]:
    """Choose the meetings of a few slots again, among all pairs that do not meet in the others."""
    inside = [(pair, seating) for pair, seating in seated if seating.slot.id in window]
    rest = [(pair, seating) for pair, seating in seated if seating.slot.id not in window]
    around = problem.holding(give_tables(problem, rest, problem.locked))
    model = TimetableModel(around, [c.pair for c in problem.ordered_candidates], slot_ids=window)
    model.start_from(inside)
    search = Search(model.cp, budget, seed=seed)
    if not all(search.maximise(rated(aim, around, model)) for aim in through_value(problem.aims)):
        return seated
    return rest + [(o.pair, o.seating) for o in model.options if search.chooses(o.chosen)]


def _rating(problem: Problem, seated: list[Seated]) -> tuple[int, ...]:
    return rating(through_value(problem.aims), problem, before_tables(problem, seated))
