"""Some slots of a mission filled exactly, by OR-tools CP-SAT: the last word where windows are small enough for it."""

import time
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from matching.timetabling.large.instance import UNPLACED, Ints, LargeMission
from matching.timetabling.large.lagrangian import Prices, Window
from matching.timetabling.large.run import Effort

WORK_A_UNIT = 30_000_000
"""Work that a unit of CP-SAT's deterministic time counts as: about a second each."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Filled:
    """Slots after a search; settled says that nothing better exists among the columns that were looked at."""

    slot_of: Ints
    settled: bool


class Exact:
    """Fills some slots anew with the best of what the others leave, starting from what stands in them."""

    def __init__(self, mission: LargeMission, effort: Effort, seed: int) -> None:
        self._mission, self._effort = mission, effort
        self._solver = cp_model.CpSolver()
        self._solver.parameters.num_workers = 1
        self._solver.parameters.random_seed = seed
        self._solver.parameters.linearization_level = 2

    def fill(self, slot_of: Ints, slots: Ints, columns: tuple[Ints, Ints], units: float) -> Filled:
        """Choose among columns (candidate, place among the slots) at most so many units of work long."""
        row, column = columns
        inside = np.isin(slot_of, slots)
        outside = np.where(inside, UNPLACED, slot_of)
        model = cp_model.CpModel()
        chosen = [model.new_bool_var("") for _ in row]
        for variable, stands in zip(chosen, (slot_of[row] == slots[column]).tolist(), strict=True):
            model.add_hint(variable, stands)
        self._limit(model, chosen, columns, slots)
        self._limit_days(model, chosen, row, self._mission.days[slots[column]], self._mission.day_loads(outside))
        short = self._guarantee(model, chosen, row, self._mission.loads(outside))
        weight = self._mission.weight[row]
        worth = cp_model.LinearExpr.weighted_sum(chosen, weight.tolist())
        reward = 1 + int(weight.sum()) if short else 0
        model.maximize(worth - reward * cp_model.LinearExpr.sum(short))
        self._solver.parameters.max_deterministic_time = units
        self._solver.parameters.max_time_in_seconds = max(self._effort.ends_at - time.monotonic(), 0.01)
        status = self._solver.solve(model)
        self._effort.spend(WORK_A_UNIT * self._solver.response_proto.deterministic_time)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Filled(slot_of=slot_of, settled=False)
        met = np.array([self._solver.boolean_value(variable) for variable in chosen], dtype=np.bool_)
        outside[row[met]] = slots[column[met]]
        return Filled(slot_of=outside, settled=status == cp_model.OPTIMAL)

    def _limit(
        self, model: cp_model.CpModel, chosen: list[cp_model.IntVar], columns: tuple[Ints, Ints], slots: Ints
    ) -> None:
        """Let a pair meet once, a person sit at one table at a time, and no slot have more meetings than tables."""
        mission, (row, column) = self._mission, columns
        width = len(slots)
        for keys in (row, mission.guest[row] * width + column, mission.host[row] * width + column):
            for members in _groups(keys):
                if len(members) > 1:
                    model.add_at_most_one(chosen[i] for i in members)
        for members in _groups(column):
            tables = int(mission.tables[slots[column[members[0]]]])
            if len(members) > tables:
                model.add(cp_model.LinearExpr.sum([chosen[i] for i in members]) <= tables)
            at_video = [chosen[i] for i in members if mission.needs_video[row[i]]]
            video = int(mission.video_tables[slots[column[members[0]]]])
            if len(at_video) > video:
                model.add(cp_model.LinearExpr.sum(at_video) <= video)

    def _limit_days(
        self, model: cp_model.CpModel, chosen: list[cp_model.IntVar], row: Ints, day: Ints, had: Ints
    ) -> None:
        """Let nobody have more meetings on a day than the day's cap."""
        mission, days = self._mission, len(self._mission.day_slots)
        for side in (mission.guest[row], mission.host[row]):
            for members in _groups(side * days + day):
                person, on = int(side[members[0]]), int(day[members[0]])
                left = int(mission.day_limits[person, on] - had[person, on])
                if left < len(members):
                    model.add(cp_model.LinearExpr.sum([chosen[i] for i in members]) <= max(left, 0))

    def _guarantee(
        self, model: cp_model.CpModel, chosen: list[cp_model.IntVar], row: Ints, had: Ints
    ) -> list[cp_model.IntVar]:
        """Keep everybody under the cap, and give how many meetings are missing to each who might miss some."""
        mission, short = self._mission, []
        for side in (mission.guest[row], mission.host[row]):
            for members in _groups(side):
                person = int(side[members[0]])
                meetings = cp_model.LinearExpr.sum([chosen[i] for i in members])
                left, needed = (int(n[person] - had[person]) for n in (mission.capacity, mission.least))
                if left < len(members):
                    model.add(meetings <= max(left, 0))
                if needed > 0:
                    missing = model.new_int_var(0, needed, "")
                    model.add(meetings + missing >= needed)
                    short.append(missing)
        return short


def columns_near(mission: LargeMission, slot_of: Ints, slots: Ints, prices: Prices, margin: float) -> tuple[Ints, Ints]:
    """Give the columns of some slots that by the prices of the whole mission lose little, and those that stand."""
    window = Window(mission, slot_of, slots, prices)
    row, column, lost = window.losses()
    keep = (lost <= margin) | (slot_of[row] == slots[column])
    return row[keep], column[keep]


def _groups(keys: Ints) -> list[list[int]]:
    """Give the places of equal keys together."""
    order = np.argsort(keys, kind="stable")
    cuts = np.flatnonzero(np.diff(keys[order])) + 1
    return [part.tolist() for part in np.split(order, cuts)] if len(keys) else []
