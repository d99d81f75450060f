"""Signals and notices: closed sets.

What an organisation can say of a partner that was recommended to it.

What one of the two says of a meeting on its day.
"""

from enum import StrEnum


class SignalKind(StrEnum):
    """What an organisation says of a partner."""

    NOT_FOR_US = "not_for_us"
    """It does not fit: the partner leaves the list of whoever says so."""
    KNOWN = "known"
    """The two know each other: each leaves the list of the other."""


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
