"""The timetable of a mission of thousands: a bound by flow and prices, a timetable near to it, repairs at once."""

from matching.timetabling.large.instance import UNPLACED, LargeMission
from matching.timetabling.large.run import Progress, Result
from matching.timetabling.large.solve import solve

__all__ = ["UNPLACED", "LargeMission", "Progress", "Result", "solve"]
