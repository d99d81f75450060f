"""The calmest repair of a mission, by OR-tools CP-SAT: one aim after another."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Event
from typing import TypeVar

from ortools.sat.python import cp_model

from matching.timetabling.files.format2 import Body, Detailed, Way
from matching.timetabling.files.schedule import Terms, aims
from matching.timetabling.format2_engine.breaks import count
from matching.timetabling.format2_engine.lexicographic import Ladder
from matching.timetabling.format2_engine.model import Model

SHARES = {
    "lost": 0.6,
    "displaced": 0.6,
    "people": 0.6,
    "moved": 0.6,
    "missing": 0.5,
    "value": 1.0,
}
"""The aims in their order, and their shares of the time that the aims before have left."""

Cost = TypeVar("Cost")


@dataclass(frozen=True)
class Before:
    """The timetable before, and a repair to start from."""

    staff: Mapping[int, tuple[int, int]]
    """The two who sat in each meeting."""
    stays: Mapping[int, Way]
    """The ways of the meetings that could stay."""
    start: Mapping[int, Way]
    told: frozenset[int] = frozenset()
    """Staff who are told of a change whatever happens."""


@dataclass(frozen=True, kw_only=True)
class Repaired:
    """A repair of a mission; without costs there is none."""

    mission: Detailed
    ways: list[Way]
    kept: list[Way]
    """Of the ways those of meetings that stay."""
    costs: Mapping[str, int]
    bounds: Mapping[str, int]
    is_impossible: bool
    seconds: float

    @property
    def rating(self) -> list[int]:
        """What is less for better repairs."""
        return rating(self.costs)

    def schedule(self) -> Body:
        """Write what does not hang on tables."""
        is_proven = bool(self.costs) and self.costs == self.bounds
        status = "optimal" if is_proven else "feasible" if self.costs else "unknown"
        return (
            {
                "instance": self.mission.body["name"],
                "status": "infeasible" if self.is_impossible and not self.costs else status,
                "objective": self.costs.get("value"),
                "bound": self.bounds.get("value"),
                "seconds": round(self.seconds, 3),
                "meetings": [],
            }
            | (
                {"missing_meetings": self.costs["missing"], "breaks": count(self.mission, self.ways)}
                if self.costs
                else {}
            )
            | {"aims": aims(self.costs, self.bounds)}
        )


def calmest(mission: Detailed, before: Before, terms: Terms) -> Repaired:
    """Repair a mission.

    Raises:
        FileError: there are too many ways to hold the meetings.

    """
    started_at = time.monotonic()
    calm = _Calm(mission, before)
    ladder = calm.run(terms.seconds, terms.stop)
    ways = calm.model.held(ladder.reads) if ladder.costs else []
    found = Repaired(
        mission=mission,
        ways=ways,
        kept=[way for way in ways if before.stays.get(way.meeting) == way],
        costs=calm.costs(ladder, ways),
        bounds=ladder.bounds,
        is_impossible=ladder.is_impossible,
        seconds=time.monotonic() - started_at,
    )
    terms.progress(found.costs, found.seconds)
    return found


def in_order(costs: Mapping[str, Cost], *, hard: bool) -> dict[str, Cost]:
    """Put costs in the order of the aims: a hard guarantee comes before all of them."""
    return {aim: costs[aim] for aim in sorted(costs, key="missing".__ne__)} if hard else dict(costs)


def rating(costs: Mapping[str, int]) -> list[int]:
    """Give what is less for better repairs."""
    return [-cost if aim == "value" else cost for aim, cost in costs.items()]


class _Calm:
    """A repair on its way through its aims.

    Raises:
        FileError: there are too many ways to hold the meetings.

    """

    def __init__(self, mission: Detailed, before: Before) -> None:
        self.model = Model(mission, lenient=True)
        self._cp, self._before, self._mission = self.model.cp, before, mission
        self._stays = {way.meeting: chosen for way, chosen in self.model.chosen if before.stays.get(way.meeting) == way}
        self._displaced = before.staff.keys() - self._stays.keys()
        self._is_hard = bool(mission.body.get("min_meetings_hard"))
        self._touched: dict[int, cp_model.IntVar] = {}
        self._surely = before.told.union(*(before.staff[number] for number in self._displaced))
        self._note_who_is_touched()
        self._add_only_where_something_is_lost()
        for way, chosen in self.model.chosen:
            self._cp.add_hint(chosen, before.start.get(way.meeting) == way)

    def run(self, seconds: float, stop: Event) -> Ladder:
        """Reach for the aims; without a solution there is none, or none was found in time."""
        ladder = Ladder(self._cp, seconds, stop)
        held = {meeting: cp_model.LinearExpr.sum(ways) for meeting, ways in enumerate(self.model.of_meeting)}

        def of(meetings: Iterable[int]) -> cp_model.LinearExpr:
            return cp_model.LinearExpr.sum([held[meeting] for meeting in meetings])

        stay = cp_model.LinearExpr.sum(list(self._stays.values()))
        costs = {
            "lost": len(self._stays) - of(self._stays),
            "displaced": len(self._displaced) - of(self._displaced),
            "people": len(self._surely) + cp_model.LinearExpr.sum(list(self._touched.values())),
            "moved": of(self._before.staff) - stay,
            "missing": self.model.missing,
        }
        for aim, cost in in_order(costs, hard=self._is_hard).items():
            if not ladder.least(aim, cost, SHARES[aim]):
                return ladder
        ladder.most("value", self.model.worth, SHARES["value"])
        return ladder

    def costs(self, ladder: Ladder, ways: list[Way]) -> dict[str, int]:
        """Count what a repair costs and is worth, also of aims that no time was left for."""
        if not ladder.costs:
            return {}
        before, meetings = self._before, self._mission.body["meetings"]
        held = {way.meeting for way in ways}
        kept = {way.meeting for way in ways if before.stays.get(way.meeting) == way}
        changed = [way for way in ways if way.meeting in before.staff and way.meeting not in kept]
        counts = Counter(side for way in ways for side in meetings[way.meeting][:2])
        least = enumerate(one.get("min_meetings", 0) for one in self._mission.body["organisations"])
        found = {
            "lost": len(self._stays.keys() - held),
            "displaced": len(self._displaced - held),
            "people": len(
                before.told.union(
                    *(before.staff[number] for number in before.staff.keys() - kept),
                    *((way.guest, way.host) for way in changed),
                )
            ),
            "moved": len(changed),
            "missing": sum(max(0, fewest - counts[number]) for number, fewest in least),
            "value": sum(meetings[way.meeting][2] for way in ways),
        }
        return in_order(found, hard=self._is_hard)

    def _note_who_is_touched(self) -> None:
        """Mark the staff of meetings that do not stay, as they were and as they are."""
        for way, chosen in self.model.chosen:
            if way.meeting in self._before.staff and self._before.stays.get(way.meeting) != way:
                self._touch((way.guest, way.host), chosen)
        for meeting, chosen in self._stays.items():
            self._touch(self._before.staff[meeting], ~chosen)

    def _touch(self, people: Iterable[int], changed: cp_model.LiteralT) -> None:
        for person in set(people) - self._surely:
            if person not in self._touched:
                self._touched[person] = self._cp.new_bool_var("")
            self._cp.add_implication(changed, self._touched[person])

    def _add_only_where_something_is_lost(self) -> None:
        """Let a meeting be new only if one of its sides has lost one, or had none before."""
        sides = [row[:2] for row in self._mission.body["meetings"]]
        of: dict[int, list[int]] = defaultdict(list)
        for meeting in self._before.staff:
            for organisation in sides[meeting]:
                of[organisation].append(meeting)
        told = {
            self._mission.staff[person]["organisation"]
            for person in self._before.told
            if person < len(self._mission.staff)
        }
        lost: dict[int, cp_model.IntVar] = {}
        for organisation, had in of.items():
            if organisation not in told:
                lost[organisation] = self._cp.new_bool_var("")
                held = [chosen for meeting in had for chosen in self.model.of_meeting[meeting]]
                self._cp.add(cp_model.LinearExpr.sum(held) + lost[organisation] <= len(had))
        for meeting, ways in enumerate(self.model.of_meeting):
            if meeting not in self._before.staff and all(side in lost for side in sides[meeting]):
                for chosen in ways:
                    self._cp.add_bool_or([~chosen, *(lost[side] for side in sides[meeting])])
