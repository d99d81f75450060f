"""Window re-optimisation of value and comfort.

Making a timetable that is too large to be proven worth more, a few slots at a time.

Making a timetable suit its people better, one part of it after another.
"""

from dataclasses import replace
from itertools import pairwise

from matching.timetabling.exact.model import TimetableModel, total
from matching.timetabling.exact.objectives import rated
from matching.timetabling.exact.search import Budget, Search
from matching.timetabling.model.objective_values import attainment, rating
from matching.timetabling.model.objectives import PLACING, Aim, through_value
from matching.timetabling.model.people import Id
from matching.timetabling.model.placement import Seated, before_tables, give_tables
from matching.timetabling.model.problem import Problem
from matching.timetabling.model.timetable import Pair


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


EFFORT = 0.75
"""Units of work that go into one timetable's polish."""
EFFORT_A_PART = 0.05
"""Units of work after which a part is left as it is."""
LEAST_A_PART = 0.01
"""Units that a part counts for at least, since to set one up takes time, too: no polish has more than 100 parts."""
PAIRS_A_PART = 14
"""Most pairs that are seated again together, unless one organisation has more. Larger parts are seldom proven."""


def polished(problem: Problem, seated: list[Seated], budget: Budget, seed: int) -> list[Seated]:
    """Seat the same pairs again so that it suits them better; the rest of the timetable stands still meanwhile.

    A part is an organisation's meetings and those of its partners: the hosts' in turn, then the guests', until
    nothing gains any more.
    """
    left = budget.portion(EFFORT)
    pairs = sorted((pair for pair, _ in seated), key=str)
    hubs = [*sorted({host for _, host in pairs}, key=str), *sorted({guest for guest, _ in pairs}, key=str)]
    idle = 0
    while idle < len(hubs) and not left.is_spent and not _nobody_waits(problem, seated):
        around, hubs = _around(hubs[0], pairs), [*hubs[1:], hubs[0]]
        part = [one for one in seated if one[0] in around]
        rest = [one for one in seated if one[0] not in around]
        better = _reseated(problem, part, rest, left, seed)
        idle = idle + 1 if set(better) == set(part) else 0
        seated = rest + better
    return seated


def _nobody_waits(problem: Problem, seated: list[Seated]) -> bool:
    """Say whether nothing can be better, since gaps are all that counts and there are none."""
    only_gaps = [aim for aim in problem.aims if aim in PLACING] == [Aim.GAPS]
    return only_gaps and attainment(Aim.GAPS, problem, before_tables(problem, seated)) == 0


def _around(organisation_id: Id, pairs: list[Pair]) -> frozenset[Pair]:
    """Give an organisation's pairs, then others of its partners."""
    own = [pair for pair in pairs if organisation_id in pair]
    partners = {partner for pair in own for partner in pair}
    others = [pair for pair in pairs if organisation_id not in pair and not partners.isdisjoint(pair)]
    return frozenset((own + others)[: max(PAIRS_A_PART, len(own))])


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
    found = [search.maximise(rated(aim, around, model)) for aim in around.aims if aim in PLACING]
    left.effort -= max(LEAST_A_PART, before - portion.effort)
    return [(o.pair, o.seating) for o in model.options if search.chooses(o.chosen)] if found and found[0] else part
