"""The timetable solver: a first timetable, and its repair after a change, by OR-tools CP-SAT."""

from matching.solver.first import solve
from matching.solver.repair import repair

__all__ = ["repair", "solve"]
