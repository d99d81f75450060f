"""The timetable of a mission of thousands: a bound by flow and prices, a timetable near to it, repairs at once."""

from matching.solver.large.mission import UNPLACED, LargeMission
from matching.solver.large.result import Progress, Result
from matching.solver.large.search import solve

__all__ = ["UNPLACED", "LargeMission", "Progress", "Result", "solve"]
