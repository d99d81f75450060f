"""Meetings for somebody who comes when the timetable is out: nobody else moves."""

import time
from threading import Event

from matching.timetabling.exact.model import TimetableModel, total
from matching.timetabling.exact.search import Budget, Search
from matching.timetabling.model.objective_values import Diary
from matching.timetabling.model.objectives import Attained, Calm
from matching.timetabling.model.people import Id
from matching.timetabling.model.placement import Seated, give_tables, in_order
from matching.timetabling.model.problem import Problem, value_of
from matching.timetabling.model.subproblem import around, of_these
from matching.timetabling.model.timetable import Repair


def welcome(
    problem: Problem, newcomer: Id, *, seed: int = 0, time_limit_seconds: float = 30.0, stop: Event | None = None
) -> Repair:
    """Give an organisation the meetings that are worth most beside the locked ones, then those that suit people best.

    Only candidates of the newcomer are looked at, and only places that are free: every locked meeting stays. The value
    is proven unless the limit cuts the search short.
    """
    started_at = time.monotonic()
    pairs = {c.pair for c in problem.candidates if newcomer in c.pair} - {m.pair for m in problem.locked}
    near = around(problem, problem.locked, pairs)
    seated, most = _most_valuable(near, Budget.of_seconds(time_limit_seconds, stop), seed)
    added = of_these(give_tables(near, seated, near.locked), pairs)
    locked, worth = value_of(problem, problem.locked), value_of(problem, added)
    bound = sum(problem.weights[pair] for pair in pairs) if most is None else worth + most - value_of(near, added)
    value = Attained(aim=Calm.VALUE, value=locked + worth, bound=locked + bound)
    return Repair(
        meetings=in_order(problem, (*problem.locked, *added)),
        moved=(),
        dropped=(),
        added=added,
        value=locked + worth,
        bound=locked + bound,
        proven=value.proven,
        seconds=time.monotonic() - started_at,
        aims=(Attained(aim=Calm.AFFECTED, value=0, bound=0), value),
    )


def _most_valuable(near: Problem, budget: Budget, seed: int) -> tuple[list[Seated], int | None]:
    """Seat the pairs that are worth most, and say what no others exceed; None where nothing is known."""
    model = TimetableModel(near, [candidate.pair for candidate in near.ordered_candidates])
    search, diary = Search(model.cp, budget, seed=seed), Diary(near, near.locked)
    found = search.maximise(model.worth)
    if found is None:
        return [], None
    search.minimise(total(diary.price(option.pair, option.seating) * option.chosen for option in model.options))
    return [(option.pair, option.seating) for option in model.options if search.chooses(option.chosen)], found.bound
