"""People's waits as an expression over the options of a model.

A row of Booleans for each person and session says when the person sits and from when on the person has come; a wait
ends where somebody who has come and does not sit does so again. Clauses alone: a solver that learns from conflicts
sees through them, while sums of how often somebody sits down leave it without a hold (Kaluga: not in 6 CPU s).
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from ortools.sat.python import cp_model

from matching.domain.people import Id
from matching.domain.problem import Problem
from matching.solver.model import TimetableModel, total

Literal = cp_model.IntVar | bool
"""Whether somebody sits in a slot, or has come by then; a truth value where that is known."""


def waits(problem: Problem, model: TimetableModel) -> cp_model.LinearExpr:
    """Count the waits of all people beside the locked meetings; minimised, none is counted that there is not."""
    sessions: dict[str, list[str]] = defaultdict(list)
    for slot in problem.slot_by_id.values():
        sessions[slot.session].append(slot.id)
    sitting = _sitting(problem, model)
    return total(
        end
        for of_person in sitting.values()
        for slots in sessions.values()
        for end in _ends(model.cp, [of_person.get(slot_id, False) for slot_id in slots])
    )


def _sitting(problem: Problem, model: TimetableModel) -> dict[Id, dict[str, Literal]]:
    """Give for each person and slot the Boolean that says whether the person sits in a meeting."""
    chosen: dict[Id, dict[str, list[cp_model.IntVar]]] = defaultdict(lambda: defaultdict(list))
    for option in model.options:
        for person in option.seating.people:
            chosen[person.id][option.seating.slot.id].append(option.chosen)
    sitting: dict[Id, dict[str, Literal]] = {
        person_id: {slot_id: _any_of(model.cp, options) for slot_id, options in slots.items()}
        for person_id, slots in chosen.items()
    }
    for meeting in problem.locked:
        for person_id in meeting.people:
            sitting.setdefault(person_id, {})[meeting.slot_id] = True
    return sitting


def _any_of(cp: cp_model.CpModel, options: Sequence[cp_model.IntVar]) -> cp_model.IntVar:
    """Give what is set if one of some options is chosen, of which no more than one can be."""
    if len(options) == 1:
        return options[0]
    sits = cp.new_bool_var("")
    cp.add(total(options) == sits)
    return sits


def _ends(cp: cp_model.CpModel, sits: Sequence[Literal]) -> list[cp_model.IntVar]:
    """Give for each slot of a session before which a wait may end the Boolean that says so."""
    ends: list[cp_model.IntVar] = []
    come: Literal = False
    for now, then in pairwise(sits):
        if come is not False and now is not True and then is not False:
            end = cp.new_bool_var("")
            cp.add_bool_or(_negated(come), now, _negated(then), end)
            ends.append(end)
        come = _either(cp, come, now)
    return ends


def _either(cp: cp_model.CpModel, one: Literal, other: Literal) -> Literal:
    if isinstance(one, bool):
        return one or other
    if isinstance(other, bool):
        return other or one
    either = cp.new_bool_var("")
    cp.add_implication(one, either)
    cp.add_implication(other, either)
    return either


def _negated(literal: Literal) -> cp_model.LiteralT:
    return not literal if isinstance(literal, bool) else literal.negated()
