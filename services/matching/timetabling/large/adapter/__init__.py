"""Adapter of the large engine: a `Problem` as arrays, its answer as a `Timetable`, and the rules that arrays lack."""
