"""Timetable files of the formats mission-schedule/1 and /2: read, solve, repair, check and write them.

Face: `dispatch` (which engine and checker a file needs) and `reading` (files and their errors).
Checkers share no code with engines.
"""
