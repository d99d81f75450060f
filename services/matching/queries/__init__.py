"""Reads: what handlers and screens need to know."""

from matching.queries.copies import (
    delegates,
    missions_of,
    names_of,
    organisations,
    participants,
    profiles,
)

__all__ = ["delegates", "missions_of", "names_of", "organisations", "participants", "profiles"]
