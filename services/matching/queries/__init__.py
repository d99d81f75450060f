"""Reads: what handlers and screens need to know."""

from matching.queries.copies import (
    admitted,
    delegates,
    missions_of,
    names_of,
    organisations,
    participants,
    profiles,
    references,
    settle_plans,
)

__all__ = [
    "admitted",
    "delegates",
    "missions_of",
    "names_of",
    "organisations",
    "participants",
    "profiles",
    "references",
    "settle_plans",
]
