"""Words that several events of registration share."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts.classes import Technical

Texts = dict[str, str]
"""A text in several languages: language code -> text."""


class Side(StrEnum):
    """Which side of a mission an organisation stands on."""

    GUEST = "guest"
    HOST = "host"


class Attendance(StrEnum):
    """How a delegate takes part."""

    IN_PERSON = "in_person"
    ONLINE = "online"


@dataclass(frozen=True, kw_only=True)
class Window:
    """A stretch of time, half open."""

    starts_at: Technical[datetime]
    ends_at: Technical[datetime]
