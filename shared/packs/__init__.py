"""Regions and kinds of mission, as data."""
