"""The timetable library: a problem in; a timetable with its value, its bound and its proof out.

It knows no Flask, SQLAlchemy, event or service. Face: `solve` and `repair` for missions of any size, `model` (the
problem, the timetable, objectives, reasons), `manual` (edits by hand), `fixed` (all meetings given), `files`.
"""
