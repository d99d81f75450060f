"""Tables for meetings that have their slots: hosts change them as seldom as can be."""

from collections import defaultdict
from dataclasses import replace

from ortools.sat.python import cp_model

from matching.domain.aims import Aim
from matching.domain.attainment import attainment, in_a_row
from matching.domain.problem import Problem
from matching.domain.seating import in_order
from matching.domain.timetable import Placed
from matching.solver.model import total
from matching.solver.search import Budget, Search

EFFORT = 1.0
"""Units of work that go into one timetable's tables."""


def settled(problem: Problem, meetings: tuple[Placed, ...], budget: Budget, seed: int) -> tuple[Placed, ...]:
    """Give meetings other tables of their slots and, where it matters, locations; the locked ones keep theirs."""
    if attainment(Aim.TABLES, problem, meetings) == 0:
        return meetings
    cp = cp_model.CpModel()
    at = {meeting: _choices(problem, cp, meeting) for meeting in meetings}
    taken: dict[tuple[str, str], list[cp_model.IntVar]] = defaultdict(list)
    for meeting, choices in at.items():
        cp.add_exactly_one(choices.values())
        for table_id, chosen in choices.items():
            cp.add_hint(chosen, table_id == meeting.table_id)
            taken[meeting.slot_id, table_id].append(chosen)
    locked = {(meeting.slot_id, meeting.table_id) for meeting in problem.locked}
    for place, chosen_here in taken.items():
        if place in locked:
            cp.add(total(chosen_here) <= sum((m.slot_id, m.table_id) == place for m in problem.locked))
        else:
            cp.add_at_most_one(chosen_here)
    stays = [_stays(cp, at[one], at[other]) for one, other in in_a_row(problem, meetings)]
    search = Search(cp, budget.portion(EFFORT), seed=seed)
    if search.maximise(total(stays)) is None:
        return meetings
    tables = {m: next(t for t, chosen in choices.items() if search.chooses(chosen)) for m, choices in at.items()}
    better = in_order(problem, (replace(meeting, table_id=table_id) for meeting, table_id in tables.items()))
    return min((meetings, better), key=lambda placed: attainment(Aim.TABLES, problem, placed))


def _choices(problem: Problem, cp: cp_model.CpModel, meeting: Placed) -> dict[str, cp_model.IntVar]:
    """Make a Boolean for each table that a meeting could have."""
    slot = problem.slot_by_id[meeting.slot_id]
    location = problem.locations.of(slot.id, meeting.table_id)
    tables = problem.tables_for(slot, online=meeting.online, location=location)
    able = (meeting.table_id,) if meeting in problem.locked else tables
    return {table_id: cp.new_bool_var("") for table_id in able}


def _stays(cp: cp_model.CpModel, one: dict[str, cp_model.IntVar], other: dict[str, cp_model.IntVar]) -> cp_model.IntVar:
    """Make a Boolean that may be set if two meetings are at one table."""
    stays = []
    for table_id in (table_id for table_id in one if table_id in other):
        stays.append(cp.new_bool_var(""))
        cp.add_implication(stays[-1], one[table_id])
        cp.add_implication(stays[-1], other[table_id])
    both = cp.new_bool_var("")
    cp.add(both <= total(stays))
    return both
