"""Which solver an instance is for, and which checker."""

from collections.abc import Callable
from threading import Event
from typing import Any

from matching.solver.files import claims, first_check, second_check
from matching.solver.files.cancelled import Rest, number_of, people_of
from matching.solver.files.first_check import Verdict
from matching.solver.files.terms import Progress as RepairProgress
from matching.solver.files.terms import Terms

Body = dict[str, Any]
Progress = Callable[[int | None, int, float], None]


def solved(instance: Body, time_limit_seconds: float, progress: Progress, stop: Event) -> Body:
    """Give the schedule of an instance; what was found is kept when the time is up or the event is set.

    Raises:
        FileError: the instance is too large for its solver.

    """
    solver: Callable[[Body, float, Progress, Event], Body]
    if instance["format"] == "mission-schedule/2":
        from matching.solver.files.second_solve import solved as solver  # noqa: PLC0415  loads OR-tools
    elif instance["kind"] == "mission":
        from matching.solver.files.mission_solve import solved as solver  # noqa: PLC0415  loads OR-tools
    else:
        from matching.solver.files.first_solve import solved as solver  # noqa: PLC0415  loads python-sat
    rest = Rest(instance)
    return rest.whole(solver(rest.instance, time_limit_seconds, progress, stop))


def repaired(instance: Body, previous: Body, time_limit_seconds: float, progress: RepairProgress, stop: Event) -> Body:
    """Give the calmest schedule of an instance as it is now, beside the schedule before, and all that differs.

    Where no repair was found in time the answer lists nothing.

    Raises:
        FileError: the instance is too large for its solver.

    """
    repair: Callable[[Body, list[Any], frozenset[int], Terms], Body]
    if instance["format"] == "mission-schedule/2":
        from matching.solver.files.second_repair import repaired as repair  # noqa: PLC0415  loads OR-tools
    elif instance["kind"] == "mission":
        from matching.solver.files.mission_repair import repaired as repair  # noqa: PLC0415  loads OR-tools
    else:
        from matching.solver.files.first_repair import repaired as repair  # noqa: PLC0415  loads python-sat
    rest = Rest(instance)
    gone = [row for row in previous["meetings"] if not rest.holds(row)]
    told = frozenset(person for row in gone for person in people_of(instance, row))
    schedule = rest.whole(
        repair(rest.instance, rest.rows(previous["meetings"]), told, Terms(time_limit_seconds, progress, stop))
    )
    if "dropped" in schedule:
        schedule["dropped"] += [{"meeting": number_of(row), "reason": "cancelled"} for row in gone]
    return schedule


def checked(instance: Body, schedule: Body, previous: Body | None = None) -> Verdict:
    """Hold a schedule against the rules of its instance, and what it says against what is so.

    With the schedule before, the figures say what has changed since.
    """
    checker = second_check if instance["format"] == "mission-schedule/2" else first_check
    verdict = checker.check(instance, schedule)
    violations = [*verdict.violations, *claims.of_figures(schedule, verdict.figures)]
    if previous is None:
        return Verdict(violations, verdict.figures)
    violations += claims.of_changes(schedule, checker.differing(instance, previous, schedule))
    change = checker.difference(instance, previous, schedule)
    return Verdict(violations, verdict.figures | {"change": change})
