"""The rules of mission-schedule/2 as a CP-SAT model: a Boolean for each way to hold a meeting."""

from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import combinations

from ortools.sat.python import cp_model

from matching.timetabling.files.format2 import Detailed, Way
from matching.timetabling.files.reading import FileError

MOST_WAYS = 300_000
"""Above this the model takes gigabytes."""


class Model:
    """All ways of all meetings under the rules.

    Args:
        mission: the instance.
        lenient: whether a locked meeting that cannot be held is left out, and a guarantee is a wish alone.

    Raises:
        FileError: there are too many.

    """

    def __init__(self, mission: Detailed, *, lenient: bool = False) -> None:
        self.cp = cp_model.CpModel()
        self.mission = mission
        self._lenient = lenient
        self.chosen: list[tuple[Way, cp_model.IntVar]] = []
        self.of_meeting: list[list[cp_model.IntVar]] = []
        """For each meeting whether it is held in each of its ways; one of them at most is."""
        for meeting in range(len(mission.body["meetings"])):
            ways = [(way, self.cp.new_bool_var("")) for way in mission.ways(meeting)]
            self.chosen += ways
            self.of_meeting.append([chosen for _, chosen in ways])
            if len(self.chosen) > MOST_WAYS:
                raise FileError(
                    f"the mission has more than {MOST_WAYS} ways to hold its meetings, too many for an exact model"
                )
        self._once()
        self._in_order()
        self._tables()
        self._people()
        self._organisations()

    @property
    def worth(self) -> cp_model.LinearExpr:
        """Add up the values of the meetings."""
        meetings = self.mission.body["meetings"]
        return cp_model.LinearExpr.sum([meetings[way.meeting][2] * chosen for way, chosen in self.chosen])

    def held(self, reads: Callable[[cp_model.IntVar], bool]) -> list[Way]:
        """Read the ways in which meetings are held."""
        return [way for way, chosen in self.chosen if reads(chosen)]

    def _once(self) -> None:
        same: dict[tuple[int, int], list[cp_model.IntVar]] = defaultdict(list)
        for (guest, host, _), chosen in zip(self.mission.body["meetings"], self.of_meeting, strict=True):
            same[guest, host] += chosen
        for of_pair in same.values():
            self.cp.add_at_most_one(of_pair)
        for meeting in self.mission.locks:
            if self.of_meeting[meeting] or not self._lenient:
                self.cp.add_exactly_one(self.of_meeting[meeting])

    def _in_order(self) -> None:
        """Let the first of two meetings be earlier if both are held; only mission-schedule/1 asks for it."""
        held: list[dict[int, list[cp_model.IntVar]]] = [defaultdict(list) for _ in self.of_meeting]
        for way, chosen in self.chosen:
            held[way.meeting][way.slot].append(chosen)
        for first, then in self.mission.body.get("precedences", ()):
            for slot, chosen in held[first].items():
                earlier = [way for at, ways in held[then].items() if at <= slot for way in ways]
                self.cp.add_at_most_one(chosen + earlier)

    def _tables(self) -> None:
        kinds: dict[tuple[int, int, bool], list[cp_model.IntVar]] = defaultdict(list)
        for way, chosen in self.chosen:
            kinds[way.slot, way.location, way.online].append(chosen)
        for (slot, location, online), taken in kinds.items():
            self.cp.add(cp_model.LinearExpr.sum(taken) <= len(self.mission.tables[slot][location, online]))
        locked = Counter((lock["slot"], lock["table"]) for lock in self.mission.locks.values() if "table" in lock)
        if max(locked.values(), default=0) > 1:
            self.cp.add_bool_or([])

    def _people(self) -> None:
        """Let nobody be in two places at once, or farther apart than there is time to walk."""
        places: dict[tuple[str, int], dict[tuple[int, int], list[cp_model.IntVar]]] = {}
        for way, chosen in self.chosen:
            for person in way.people:
                places.setdefault(person, defaultdict(list))[way.slot, way.location].append(chosen)
        for (role, number), held in places.items():
            person = self.mission.staff[number] if role == "staff" else {}
            for there in held.values():
                self.cp.add_at_most_one(there)
            for one, other in combinations(held, 2):
                if self.mission.clash(one, other, on_foot=not person.get("online")):
                    self.cp.add_at_most_one(held[one] + held[other])
            self._days(held, person.get("max_a_day"))

    def _days(self, held: dict[tuple[int, int], list[cp_model.IntVar]], most: int | None) -> None:
        if most is None:
            return
        days: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for (slot, _), chosen in held.items():
            days[self.mission.slots[slot]["day"]] += chosen
        for chosen in days.values():
            self.cp.add(cp_model.LinearExpr.sum(chosen) <= most)

    def _organisations(self) -> None:
        """Hold the caps, and count what is missing to the guarantees."""
        meetings: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for way, chosen in self.chosen:
            for organisation in self.mission.body["meetings"][way.meeting][:2]:
                meetings[organisation].append(chosen)
        missing = []
        for number, organisation in enumerate(self.mission.body["organisations"]):
            count = cp_model.LinearExpr.sum(meetings[number])
            if "max_meetings" in organisation:
                self.cp.add(count <= organisation["max_meetings"])
            least = organisation.get("min_meetings", 0)
            if least:
                missing.append(self.cp.new_int_var(0, least, ""))
                self.cp.add(missing[-1] >= least - count)
        if self.mission.body.get("min_meetings_hard") and not self._lenient:
            self.cp.add(cp_model.LinearExpr.sum(missing) == 0)
        self.missing = cp_model.LinearExpr.sum(missing)
