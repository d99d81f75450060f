"""Which solver an instance is for, and which checker."""

from collections.abc import Callable
from threading import Event
from typing import Any

from matching.timetabling.files import check_format1, check_format2
from matching.timetabling.files import schedule as schedules
from matching.timetabling.files.check_format1 import Verdict
from matching.timetabling.files.schedule import Progress as RepairProgress
from matching.timetabling.files.schedule import Rest, Terms, number_of, people_of

Body = dict[str, Any]
Progress = Callable[[int | None, int, float], None]


def solved(instance: Body, time_limit_seconds: float, progress: Progress, stop: Event) -> Body:
    """Give the schedule of an instance; what was found is kept when the time is up or the event is set.

    Raises:
        FileError: the instance is too large for its solver.

    """
    solver: Callable[[Body, float, Progress, Event], Body]
    if instance["format"] == "mission-schedule/2":
        from matching.timetabling.format2_engine.solve import solved as solver  # noqa: PLC0415  loads OR-tools
    elif instance["kind"] == "mission":
        from matching.timetabling.files.format1_mission import solved as solver  # noqa: PLC0415  loads OR-tools
    else:
        from matching.timetabling.files.format1_fixed import solved as solver  # noqa: PLC0415  loads python-sat
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
        from matching.timetabling.format2_engine.repair import repaired as repair  # noqa: PLC0415  loads OR-tools
    elif instance["kind"] == "mission":
        from matching.timetabling.files.format1_mission import repaired as repair  # noqa: PLC0415  loads OR-tools
    else:
        from matching.timetabling.files.format1_fixed import repaired as repair  # noqa: PLC0415  loads python-sat
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
    checker = check_format2 if instance["format"] == "mission-schedule/2" else check_format1
    verdict = checker.check(instance, schedule)
    violations = [*verdict.violations, *schedules.of_figures(schedule, verdict.figures)]
    if previous is None:
        return Verdict(violations, verdict.figures)
    violations += schedules.of_changes(schedule, checker.differing(instance, previous, schedule))
    change = checker.difference(instance, previous, schedule)
    return Verdict(violations, verdict.figures | {"change": change})
