"""The search for new places for some meetings of a timetable, beside all others or as if those were not there."""

from collections.abc import Iterable
from itertools import takewhile

from matching.timetabling.exact.model import TimetableModel
from matching.timetabling.exact.search import Budget, Search
from matching.timetabling.model.occupancy import seating_of
from matching.timetabling.model.placement import fill_greedily, give_tables
from matching.timetabling.model.problem import Problem
from matching.timetabling.model.repair_objectives import Aims, Concern
from matching.timetabling.model.timetable import Placed

CALM = 3
"""Aims that are one search: no meeting lost, most placed again, fewest people affected."""


class Rebooking:
    """The meetings that may move, in a mission that is cut down to their people and the tables left to them."""

    def __init__(self, problem: Problem, movable: list[Placed], concern: Concern) -> None:
        self._problem = problem
        self._movable = movable
        self._concern = concern
        seatings = ((meeting, seating_of(problem, meeting)) for meeting in movable)
        standing = [(meeting, seating) for meeting, seating in seatings if seating is not None]
        self._model = TimetableModel(problem, [meeting.pair for meeting in movable], standing)
        self._aims = Aims(problem, self._model, movable, concern)

    def run(self, start: Iterable[Placed], budget: Budget, seed: int) -> tuple[tuple[Placed, ...], int]:
        """Reach for the aims one after another, from the meetings of a repair that is known.

        Returns: the movable meetings that have a place, and how many aims in a row are as good as they can be.
        """
        self._hint(set(start))
        aims, search = self._aims, Search(self._model.cp, budget, seed=seed)
        calm = search.maximise(aims.calm())
        if calm is None:
            return tuple(start), 0
        reached = [calm] * CALM + [
            search.maximise(self._model.worth),
            search.maximise(aims.stay),
            search.minimise(aims.shifts),
        ]
        return self._meetings(search), len(list(takewhile(lambda aim: aim is not None and aim.proven, reached)))

    def _hint(self, known: set[Placed]) -> None:
        where = self._problem.locations.of
        moved = known.difference(self._movable)
        places = {(m.pair, m.slot_id, m.sitters, where(m.slot_id, m.table_id)) for m in moved}
        for option in self._model.options:
            seating = option.seating
            anew = (option.pair, seating.slot.id, seating.sitters, seating.location) in places
            self._model.cp.add_hint(option.chosen, option.kept in known if option.kept else anew)

    def _meetings(self, search: Search) -> tuple[Placed, ...]:
        chosen = [option for option in self._model.options if search.chooses(option.chosen)]
        kept = [option.kept for option in chosen if option.kept]
        seated = [(option.pair, option.seating) for option in chosen if not option.kept]
        pairs = [meeting.pair for meeting in self._movable]
        seats = give_tables(self._problem, seated, (*self._problem.locked, *kept))
        free = set(pairs)
        return tuple(meeting for meeting in fill_greedily(self._problem, seats, pairs) if meeting.pair in free)
