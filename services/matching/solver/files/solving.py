"""Which solver an instance is for, and which checker."""

from collections.abc import Callable
from threading import Event
from typing import Any

from matching.solver.files import first_check, second_check
from matching.solver.files.first_check import Verdict

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
    return solver(instance, time_limit_seconds, progress, stop)


def checked(instance: Body, schedule: Body) -> Verdict:
    """Hold a schedule against the rules of its instance."""
    found: Verdict = _checker(instance).check(instance, schedule)
    return found


def difference(instance: Body, before: Body, after: Body) -> Body:
    """Count what differs between two schedules of an instance."""
    found: Body = _checker(instance).difference(instance, before, after)
    return found


def _checker(instance: Body) -> Any:
    return second_check if instance["format"] == "mission-schedule/2" else first_check
