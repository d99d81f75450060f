"""The search as a process of its own: `python -m matching.timetabling.fixed.worker`, a problem in, what it finds out.

A search cannot be interrupted from within its process; this one is ended by its caller, who has what was found.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

from matching.timetabling.fixed import repair_search
from matching.timetabling.fixed.encoding import Encoding
from matching.timetabling.fixed.instance import GivenMeetings, ImpossibleError
from matching.timetabling.fixed.maxsat import CoreGuided
from matching.timetabling.fixed.repair_search import Standing

Tell = Callable[[dict[str, Any]], None]
"""Takes `{"places": …, "value": …}`, `{"bound": …}`, and last `{"done": …}`: whether there is a timetable."""
MANNERS: dict[str, dict[str, Any]] = {
    "proof": {"solver": "glucose4"},
    "descent": {"solver": "glucose4", "descends": True},
}
"""How a search goes: towards the proof, or towards better timetables."""
REPAIR = "repair"


def search(given: GivenMeetings, manner: str, tell: Tell) -> None:
    """Tell better and better timetables and bounds, until the best is proven.

    People's least numbers of breaks are tried in turn, from none on: everybody has a break more from one to the next,
    so that soon none can be better than what is known.
    """
    best: int | None = None
    for least in range(1 if given.fairness is None else len(given.tables)):
        floor = least * given.people
        if best is not None and floor >= best:
            break
        try:
            value = _Level(given, least, MANNERS[manner], tell).run(best)
        except ImpossibleError:
            if least:
                break
            continue
        best = value if best is None or (value is not None and value < best) else best
    tell({"done": best is not None})


class _Level:
    """The timetables in which everybody has at least some number of breaks."""

    def __init__(self, given: GivenMeetings, least: int, manner: dict[str, Any], tell: Tell) -> None:
        self._given, self._tell = given, tell
        self._floor = least * given.people
        self._next_floor = self._floor + given.people if given.fairness is not None else None
        self._encoding = Encoding(given, least)
        self._best: int | None = None
        self._search = CoreGuided(self._encoding.formula, self._encoding.breaks, self._found, self._bounded, **manner)

    def run(self, best: int | None) -> int | None:
        """Give the fewest breaks, None if there is no timetable; none is told unless better than the best one."""
        self._best = best
        self._bounded(0)
        try:
            return self._search.value if self._search.run() else None
        finally:
            self._search.close()

    def _found(self, model: frozenset[int]) -> int:
        places = self._encoding.places(model)
        value = sum(self._given.breaks(places))
        if self._best is None or value < self._best:
            self._best = value
            self._tell({"places": places, "value": value})
        return value

    def _bounded(self, bound: int) -> None:
        bounds = [max(self._floor, bound)] + ([] if self._next_floor is None else [self._next_floor])
        self._tell({"bound": min(bounds)})


def dumped(given: GivenMeetings) -> dict[str, Any]:
    """Write a problem as JSON."""
    return {
        "people": given.people,
        "tables": given.tables,
        "meetings": given.meetings,
        "allowed": [sorted(slots) for slots in given.allowed],
        "precedences": given.precedences,
        "fairness": given.fairness,
    }


def loaded(body: dict[str, Any]) -> GivenMeetings:
    """Read what `dumped` wrote."""
    return GivenMeetings(
        people=body["people"],
        tables=tuple(body["tables"]),
        meetings=tuple((one, other) for one, other in body["meetings"]),
        allowed=tuple(map(frozenset, body["allowed"])),
        precedences=tuple((first, then) for first, then in body["precedences"]),
        fairness=body["fairness"],
    )


def _main() -> None:
    """Read the problem from standard input and write to standard output."""

    def tell(message: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()

    manner, body = sys.argv[1], json.load(sys.stdin)
    if manner == REPAIR:
        repair_search.search(Standing(loaded(body), dict(body["before"]), frozenset(body["told"])), tell)
    else:
        search(loaded(body), manner, tell)


if __name__ == "__main__":
    _main()
