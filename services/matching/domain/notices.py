"""What one of the two says of a meeting on its day."""

from enum import StrEnum

MOST_MINUTES = 60
"""Whoever is later than that does not come."""


class NoticeKind(StrEnum):
    """What is said while the meeting can still be saved."""

    LATE = "late"
    """It comes, but later."""
    ABSENT = "absent"
    """It cannot come."""
    ALONE = "alone"
    """It is there, and nobody else is."""
