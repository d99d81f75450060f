"""Solving instances of mission-schedule/2 exactly, by OR-tools CP-SAT: a Boolean for each way to hold a meeting."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import combinations
from threading import Event

from ortools.sat.python import cp_model

from matching.solver.files.detailed import Body, Detailed, Way
from matching.solver.files.reading import FileError
from matching.solver.search import Budget, Search

MOST_WAYS = 300_000
"""Above this the model takes gigabytes."""
Progress = Callable[[int | None, int, float], None]


def solved(instance: Body, time_limit_seconds: float, progress: Progress, stop: Event) -> Body:
    """Choose and place the meetings of an instance: fewest missing to the guarantees, then the greatest value.

    Raises:
        FileError: the instance is too large for an exact model.

    """
    started_at = time.monotonic()
    model = _Model(Detailed(instance))
    search = Search(model.cp, Budget.of_seconds(time_limit_seconds), seed=0, stop=stop)
    tell = lambda value, bound: progress(value, bound, time.monotonic() - started_at)  # noqa: E731  a closure of one line
    guarantee = search.minimise(model.missing)
    worth = search.maximise(model.worth, progress=tell) if guarantee else None
    rows = model.rows([way for way, chosen in model.chosen if search.chooses(chosen)]) if guarantee else []
    value = sum(instance["meetings"][row["meeting"]][2] for row in rows)
    is_proven = bool(guarantee and guarantee.proven and worth and worth.proven)
    status = (
        "optimal" if is_proven else "feasible" if guarantee else "infeasible" if search.is_impossible else "unknown"
    )
    return {
        "instance": instance["name"],
        "status": status,
        "objective": value if guarantee else None,
        "bound": worth.bound if worth else None,
        "seconds": round(time.monotonic() - started_at, 3),
        "meetings": rows,
    }


class _Model:
    """All ways of all meetings under the rules."""

    def __init__(self, mission: Detailed) -> None:
        self.cp = cp_model.CpModel()
        self._mission = mission
        self.chosen: list[tuple[Way, cp_model.IntVar]] = []
        self._of_meeting: list[list[cp_model.IntVar]] = []
        for meeting in range(len(mission.body["meetings"])):
            ways = [(way, self.cp.new_bool_var("")) for way in mission.ways(meeting)]
            self.chosen += ways
            self._of_meeting.append([chosen for _, chosen in ways])
            if len(self.chosen) > MOST_WAYS:
                raise FileError(
                    f"the mission has more than {MOST_WAYS} ways to hold its meetings, too many for an exact model"
                )
        self._once()
        self._tables()
        self._people()
        self._organisations()

    @property
    def worth(self) -> cp_model.LinearExpr:
        """Add up the values of the meetings."""
        meetings = self._mission.body["meetings"]
        return cp_model.LinearExpr.sum([meetings[way.meeting][2] * chosen for way, chosen in self.chosen])

    def rows(self, ways: list[Way]) -> list[Body]:
        """Write the chosen ways as rows of a schedule, with tables: locked ones first."""
        locks = self._mission.locks
        taken: set[tuple[int, int]] = set()
        rows = []
        for way in sorted(ways, key=lambda way: ("table" not in locks.get(way.meeting, {}), way.slot, way.meeting)):
            numbers = self._mission.tables[way.slot][way.location, way.online]
            wanted = locks.get(way.meeting, {}).get("table")
            table = next(n for n in numbers if (way.slot, n) not in taken and wanted in {None, n})
            taken.add((way.slot, table))
            row = {"meeting": way.meeting, "slot": way.slot, "table": table, "staff": [way.guest, way.host]}
            rows.append(row | {"interpreter": way.interpreter})
        return sorted(rows, key=lambda row: (row["slot"], row["table"]))

    def _once(self) -> None:
        same: dict[tuple[int, int], list[cp_model.IntVar]] = defaultdict(list)
        for (guest, host, _), chosen in zip(self._mission.body["meetings"], self._of_meeting, strict=True):
            same[guest, host] += chosen
        for of_pair in same.values():
            self.cp.add_at_most_one(of_pair)
        for meeting in self._mission.locks:
            self.cp.add_exactly_one(self._of_meeting[meeting])

    def _tables(self) -> None:
        kinds: dict[tuple[int, int, bool], list[cp_model.IntVar]] = defaultdict(list)
        for way, chosen in self.chosen:
            kinds[way.slot, way.location, way.online].append(chosen)
        for (slot, location, online), taken in kinds.items():
            self.cp.add(cp_model.LinearExpr.sum(taken) <= len(self._mission.tables[slot][location, online]))
        locked = Counter((lock["slot"], lock["table"]) for lock in self._mission.locks.values() if "table" in lock)
        if max(locked.values(), default=0) > 1:
            self.cp.add_bool_or([])

    def _people(self) -> None:
        """Let nobody be in two places at once, or farther apart than there is time to walk."""
        places: dict[tuple[str, int], dict[tuple[int, int], list[cp_model.IntVar]]] = {}
        for way, chosen in self.chosen:
            for person in way.people:
                places.setdefault(person, defaultdict(list))[way.slot, way.location].append(chosen)
        for (role, number), held in places.items():
            person = self._mission.staff[number] if role == "staff" else {}
            for there in held.values():
                self.cp.add_at_most_one(there)
            for one, other in combinations(held, 2):
                if self._mission.clash(one, other, on_foot=not person.get("online")):
                    self.cp.add_at_most_one(held[one] + held[other])
            self._days(held, person.get("max_a_day"))

    def _days(self, held: dict[tuple[int, int], list[cp_model.IntVar]], most: int | None) -> None:
        if most is None:
            return
        days: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for (slot, _), chosen in held.items():
            days[self._mission.slots[slot]["day"]] += chosen
        for chosen in days.values():
            self.cp.add(cp_model.LinearExpr.sum(chosen) <= most)

    def _organisations(self) -> None:
        """Hold the caps, and count what is missing to the guarantees."""
        meetings: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for way, chosen in self.chosen:
            for organisation in self._mission.body["meetings"][way.meeting][:2]:
                meetings[organisation].append(chosen)
        missing = []
        for number, organisation in enumerate(self._mission.body["organisations"]):
            count = cp_model.LinearExpr.sum(meetings[number])
            if "max_meetings" in organisation:
                self.cp.add(count <= organisation["max_meetings"])
            least = organisation.get("min_meetings", 0)
            if least:
                missing.append(self.cp.new_int_var(0, least, ""))
                self.cp.add(missing[-1] >= least - count)
        if self._mission.body.get("min_meetings_hard"):
            self.cp.add(cp_model.LinearExpr.sum(missing) == 0)
        self.missing = cp_model.LinearExpr.sum(missing)
