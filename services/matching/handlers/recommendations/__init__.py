"""Scoring a mission's pairs, and the lists of partners that companies see."""
