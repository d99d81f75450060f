"""Timetable files: instances and schedules of the formats mission-schedule/1 and /2, read, checked, and written."""
