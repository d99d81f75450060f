"""Timetable runs, drafts and versions: solve, edit, publish, and repair after incidents."""
