"""Editing a timetable by hand: conflicts at a slot and table, alternatives near to it, edits replayed on a version."""
