"""What an organisation can say of a partner that was recommended to it."""

from enum import StrEnum


class SignalKind(StrEnum):
    """What an organisation says of a partner."""

    NOT_FOR_US = "not_for_us"
    """It does not fit: the partner leaves the list of whoever says so."""
    KNOWN = "known"
    """The two know each other: each leaves the list of the other."""
