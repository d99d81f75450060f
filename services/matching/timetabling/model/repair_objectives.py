"""What a repair strives for: counted in a timetable, and as expressions over the options of a model."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ortools.sat.python import cp_model

from matching.timetabling.exact.model import Option, TimetableModel, total
from matching.timetabling.model.hall import Slot
from matching.timetabling.model.objectives import Attained, Calm
from matching.timetabling.model.occupancy import seating_of
from matching.timetabling.model.people import Id
from matching.timetabling.model.problem import Problem, value_of
from matching.timetabling.model.timetable import Pair, Placed


class Merits(NamedTuple):
    """How good a repair is by each aim (`Calm`), the first aim first; of two repairs the greater one is better."""

    lost: int
    """Less one for each meeting that could stand where it was and has no place at all."""
    unplaced: int
    """Less one for each displaced meeting without a new place."""
    affected: int
    """Less one for each person whose day changes though the incident does not concern them."""
    value: int
    moved: int
    """Less one for each meeting that stands elsewhere, or with others, than before."""
    shift: int
    """Less two for each minute between the starts before and after, and one for each meeting that is earlier."""


EVERY_AIM = len(Merits._fields)


@dataclass(frozen=True, kw_only=True)
class Concern:
    """A timetable before an incident, and whom the incident concerns.

    Standing are the meetings that could stay where they are; the other movable ones are displaced. Concerned are the
    people of displaced meetings: they have to be told in any case.
    """

    movable: tuple[Placed, ...]
    displaced: Mapping[Pair, Placed]
    people: frozenset[Id]
    worth: int
    """Of all movable meetings."""

    @classmethod
    def of(cls, problem: Problem, movable: Iterable[Placed], together: Iterable[Placed]) -> "Concern":
        """Find out whom a change concerns, where it is known which meetings can stand together."""
        every, kept = tuple(movable), set(map(id, together))
        rest = (meeting for meeting in every if id(meeting) not in kept)
        displaced = {meeting.pair: meeting for meeting in rest if seating_of(problem, meeting) is None}
        people = (one for meeting in displaced.values() for one in meeting.people)
        return cls(movable=every, displaced=displaced, people=frozenset(people), worth=value_of(problem, every))

    @cached_property
    def before(self) -> dict[Pair, Placed]:
        """The movable meetings by their pairs."""
        return {meeting.pair: meeting for meeting in self.movable}

    @cached_property
    def _known(self) -> frozenset[int]:
        """Which objects the movable meetings are."""
        return frozenset(map(id, self.movable))

    def merits(self, problem: Problem, meetings: Iterable[Placed]) -> Merits:
        """Rate what has become of the movable meetings."""
        held = tuple(meetings)
        stayed = set(map(id, held))
        left = {meeting.pair: meeting for meeting in self.movable if id(meeting) not in stayed}
        now = {m.pair: m for m in held if id(m) not in self._known and m.pair in left}
        moves = [(left[pair], meeting) for pair, meeting in now.items() if left[pair] != meeting]
        gone = [pair for pair in left if pair not in now]
        touched = {person for move in moves for meeting in move for person in meeting.people}
        touched.update(person for pair in gone for person in left[pair].people)
        return Merits(
            lost=-sum(pair not in self.displaced for pair in gone),
            unplaced=-sum(pair in self.displaced for pair in gone),
            affected=-len(touched - self.people),
            value=self.worth - value_of(problem, left.values()) + value_of(problem, now.values()),
            moved=-len(moves),
            shift=-sum(shift(problem, was, problem.slot_by_id.get(after.slot_id)) for was, after in moves),
        )


def shift(problem: Problem, before: Placed, now: Slot | None) -> int:
    """Give two for each minute by which a start changes, and one more if it is earlier; 0 where it was is unknown."""
    was = problem.slot_by_id.get(before.slot_id)
    if was is None or now is None:
        return 0
    minutes = round((now.starts_at - was.starts_at).total_seconds() / 60)
    return 2 * abs(minutes) + (minutes < 0)


SOUGHT_BY_STRIKING = frozenset((Calm.LOST, Calm.AFFECTED, Calm.VALUE, Calm.MOVED))
"""The aims of a repair that looks for no new places."""


def told(merits: Merits, proven: int, *, fill: bool) -> tuple[Attained, ...]:
    """Say what was reached, in figures that are good when they are small, the value aside; the first are proven."""
    amounts = {Calm(name): amount for name, amount in merits._asdict().items()}
    reached = ((aim, amount if aim is Calm.VALUE else -amount) for aim, amount in amounts.items())
    return tuple(
        Attained(aim=aim, value=amount, bound=amount if number < proven else None)
        for number, (aim, amount) in enumerate(reached)
        if fill or aim in SOUGHT_BY_STRIKING
    )


class Aims:
    """The aims of one repair over the options of its model, whose are some of the movable meetings."""

    def __init__(self, problem: Problem, model: TimetableModel, movable: Iterable[Placed], concern: Concern) -> None:
        self._problem = problem
        self._model = model
        self._movable = tuple(movable)
        self._concern = concern
        self._kept = [option for option in model.options if option.kept]
        self._anew = [option for option in model.options if not option.kept]

    def calm(self) -> cp_model.LinearExpr:
        """Rate a place for each standing meeting first, then places for displaced ones, then who is not affected."""
        touched = self._touched()
        standing = total(o.chosen for o in self._model.options if o.pair not in self._concern.displaced)
        displaced = total(o.chosen for o in self._model.options if o.pair in self._concern.displaced)
        rows, people = 1 + len({option.pair for option in self._model.options}), 1 + len(touched)
        return people * (rows * standing + displaced) - total(touched)

    @property
    def stay(self) -> cp_model.LinearExpr:
        """Count the meetings that stay where they are."""
        return total(option.chosen for option in self._kept)

    @property
    def shifts(self) -> cp_model.LinearExprT:
        """Add up the shifts of the meetings that move."""
        return cp_model.LinearExpr.weighted_sum(
            [option.chosen for option in self._anew], [self._shift(option) for option in self._anew]
        )

    def _touched(self) -> list[cp_model.IntVar]:
        """Make a Boolean for each person whose day may change, though the incident does not concern them."""
        touched: dict[Id, cp_model.IntVar] = {}
        may_stay = {option.pair for option in self._kept}
        sure = self._concern.people.union(*(m.people for m in self._movable if m.pair not in may_stay))
        for option in self._model.options:
            changes = ~option.chosen if option.kept else option.chosen
            people = option.kept.people if option.kept else (person.id for person in option.seating.people)
            for person_id in people:
                if person_id in sure:
                    continue
                if person_id not in touched:
                    touched[person_id] = self._model.cp.new_bool_var("")
                self._model.cp.add_implication(changes, touched[person_id])
        return list(touched.values())

    def _shift(self, option: Option) -> int:
        return shift(self._problem, self._concern.before[option.pair], option.seating.slot)
