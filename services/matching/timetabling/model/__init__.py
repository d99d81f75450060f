"""The data model of the library: the problem, the timetable, objectives, and why a pair has no meeting.

Every engine takes a `problem.Problem` and returns a `timetable.Timetable`. Standard library only.
"""
