"""What a repair strives for, as expressions over the options of its model."""

from ortools.sat.python import cp_model

from matching.domain.people import Id
from matching.domain.problem import Problem
from matching.domain.timetable import Placed
from matching.solver.model import Option, TimetableModel, total


class Aims:
    """The aims of one repair; standing are the meetings that could stay, displaced the others."""

    def __init__(
        self, problem: Problem, model: TimetableModel, movable: list[Placed], disturbed: frozenset[Id]
    ) -> None:
        self._problem = problem
        self._model = model
        self._before = {meeting.pair: meeting for meeting in movable}
        self._disturbed = disturbed
        self._kept = [option for option in model.options if option.kept]
        self._anew = [option for option in model.options if not option.kept]
        self._standing = {option.pair for option in self._kept}

    @property
    def calm(self) -> cp_model.LinearExprT:
        """Rate a place for each standing meeting first, then places for displaced ones, then who is left in peace.

        In peace are the standing meetings of undisturbed organisations that stay where they are.
        """
        step = 1 + len(self._before)
        standing = total(option.chosen for option in self._model.options if option.pair in self._standing)
        displaced = total(option.chosen for option in self._model.options if option.pair not in self._standing)
        peace = total(option.chosen for option in self._kept if self._disturbed.isdisjoint(option.pair))
        return step * step * standing + step * displaced + peace

    @property
    def shifts(self) -> cp_model.LinearExprT:
        """Add up by how many minutes the meetings' starts change; of two equal changes the later start costs less."""
        return cp_model.LinearExpr.weighted_sum(
            [option.chosen for option in self._anew], [self._shift(option) for option in self._anew]
        )

    def affected(self) -> cp_model.LinearExprT:
        """Count the people whose day changes beyond the displaced meetings' own, then the moved meetings."""
        touched: dict[Id, cp_model.IntVar] = {}
        sure = {p for pair, meeting in self._before.items() if pair not in self._standing for p in meeting.people}
        for option in self._model.options:
            changes = ~option.chosen if option.kept else option.chosen
            people = option.kept.people if option.kept else (person.id for person in option.seating.people)
            for person_id in people:
                if person_id not in sure:
                    marked = self._mark(touched, person_id)
                    self._model.cp.add_implication(changes, marked)
        stay = total(option.chosen for option in self._kept)
        return (1 + len(self._kept)) * total(touched.values()) - stay

    def _mark(self, touched: dict[Id, cp_model.IntVar], person_id: Id) -> cp_model.IntVar:
        if person_id not in touched:
            touched[person_id] = self._model.cp.new_bool_var("")
        return touched[person_id]

    def _shift(self, option: Option) -> int:
        before = self._problem.slot_by_id.get(self._before[option.pair].slot_id)
        if before is None:
            return 0
        minutes = round((option.seating.slot.starts_at - before.starts_at).total_seconds() / 60)
        return 2 * abs(minutes) + (minutes < 0)
