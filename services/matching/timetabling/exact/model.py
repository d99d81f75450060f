"""The rules of a timetable as a CP-SAT model: one Boolean for each way to seat each pair.

A way is a slot, a person of each side, an interpreter where one is needed, and a location where walks may be too long.
Tables are only counted: where the counts hold, a table for each meeting can be found (`domain.seating`).
"""

from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass

from ortools.sat.python import cp_model

from matching.timetabling.model.availability import Location
from matching.timetabling.model.occupancy import Ledger, Obstacle
from matching.timetabling.model.people import Id
from matching.timetabling.model.placement import Seated
from matching.timetabling.model.problem import Problem, Seating, Sitter
from matching.timetabling.model.timetable import Pair, Placed


def total(terms: Iterable[cp_model.LinearExprT]) -> cp_model.LinearExpr:
    """Add up expressions."""
    return cp_model.LinearExpr.sum(list(terms))


@dataclass(frozen=True, kw_only=True)
class Option:
    """One way to seat a pair; kept is the meeting that stays where it is, table and all."""

    pair: Pair
    seating: Seating
    chosen: cp_model.IntVar
    kept: Placed | None = None


class TimetableModel:
    """All options of a problem, or of some of its slots, beside its locked meetings and under all its rules."""

    def __init__(
        self,
        problem: Problem,
        pairs: Iterable[Pair],
        standing: Iterable[tuple[Placed, Seating]] = (),
        slot_ids: Container[str] | None = None,
    ) -> None:
        self.cp = cp_model.CpModel()
        self.options: list[Option] = []
        self._problem = problem
        self._ledger = Ledger(problem, problem.locked)
        for meeting, seating in standing:
            self._offer(meeting.pair, seating, kept=meeting)
        for pair in pairs:
            if pair not in self._ledger.pairs:
                for seating in problem.seatings(pair):
                    if slot_ids is None or seating.slot.id in slot_ids:
                        self._offer(pair, seating)
        self._one_meeting_a_pair()
        self._one_place_at_a_time()
        self._walks()
        self._day_caps()
        self._tables()

    @property
    def worth(self) -> cp_model.LinearExpr:
        """Add up what the chosen options are worth."""
        return total(self._problem.weights.get(option.pair, 0) * option.chosen for option in self.options)

    def start_from(self, seated: Iterable[Seated]) -> None:
        """Let the search start from pairs that are seated already."""
        now = set(seated)
        self.cp.clear_hints()  # type: ignore[no-untyped-call]  # ortools is typed in part
        for option in self.options:
            self.cp.add_hint(option.chosen, (option.pair, option.seating) in now)

    def of_pair(self) -> dict[Pair, list[Option]]:
        """Give the options of each pair that has any."""
        grouped: dict[Pair, list[Option]] = defaultdict(list)
        for option in self.options:
            grouped[option.pair].append(option)
        return grouped

    def _offer(self, pair: Pair, seating: Seating, kept: Placed | None = None) -> None:
        if self._ledger.obstacle(seating) in {None, Obstacle.TABLES}:
            chosen = self.cp.new_bool_var("")
            self.options.append(Option(pair=pair, seating=seating, chosen=chosen, kept=kept))

    def _one_meeting_a_pair(self) -> None:
        for options in self.of_pair().values():
            self.cp.add_at_most_one(option.chosen for option in options)

    def _one_place_at_a_time(self) -> None:
        """Let nobody sit twice at the start of any slot: slots that overlap do so at the start of one of them."""
        sitting: dict[tuple[Sitter, str], list[cp_model.IntVar]] = defaultdict(list)
        slots = self._problem.slot_by_id
        for option in self.options:
            slot = option.seating.slot
            for other in (slots[slot_id] for slot_id in self._problem.clashes[slot.id]):
                if slot.starts_at <= other.starts_at:
                    for sitter in option.seating.sitters:
                        sitting[sitter, other.id].append(option.chosen)
        for chosen in sitting.values():
            self.cp.add_at_most_one(chosen)

    def _walks(self) -> None:
        """Let nobody sit in two places between which the walk is longer than the time for it."""
        locations = self._problem.locations
        standing: dict[Sitter, dict[str, dict[Location, list[cp_model.IntVar]]]] = {}
        for option in self.options:
            slot_id, location = option.seating.slot.id, option.seating.location
            for sitter in option.seating.walkers if slot_id in locations.near else ():
                of_slot = standing.setdefault(sitter, {}).setdefault(slot_id, defaultdict(list))
                of_slot[location].append(option.chosen)
        for of_sitter in standing.values():
            for slot_id, here in of_sitter.items():
                for other_id in (near for near in locations.near[slot_id] if near in of_sitter):
                    for location, chosen in here.items():
                        far = [
                            one
                            for there, others in of_sitter[other_id].items()
                            if locations.too_far((slot_id, location), (other_id, there))
                            for one in others
                        ]
                        if far:
                            self.cp.add_at_most_one(chosen + far)

    def _day_caps(self) -> None:
        days: dict[tuple[Id, object], list[cp_model.IntVar]] = defaultdict(list)
        left: dict[tuple[Id, object], int] = {}
        for option in self.options:
            slot = option.seating.slot
            for person in option.seating.people:
                days[person.id, slot.day].append(option.chosen)
                left[person.id, slot.day] = self._ledger.left_that_day(person.id, option.seating)
        for key, chosen in days.items():
            if len(chosen) > left[key]:
                self.cp.add(total(chosen) <= left[key])

    def _tables(self) -> None:
        groups: dict[tuple[str, Location], list[Option]] = defaultdict(list)
        for option in self.options:
            groups[option.seating.slot.id, option.seating.location].append(option)
        online = self._problem.online_tables
        for (slot_id, location), options in groups.items():
            left = self._ledger.tables_left(slot_id, location)
            self.cp.add(total(option.chosen for option in options) <= len(left))
            at_video = [o.chosen for o in options if (o.kept.table_id in online if o.kept else o.seating.online)]
            self.cp.add(total(at_video) <= len(online.intersection(left)))
            for table_id in {o.kept.table_id for o in options if o.kept}:
                at_table = [o.chosen for o in options if o.kept and o.kept.table_id == table_id]
                self.cp.add(total(at_table) <= (table_id in left))
