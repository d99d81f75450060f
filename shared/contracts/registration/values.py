"""Types shared by several events of registration and matching."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts.data_classes import Technical

Texts = dict[str, str]
"""A text in several languages: language code -> text."""


class Side(StrEnum):
    """The side of a mission that an organisation is on."""

    GUEST = "guest"
    HOST = "host"


class Attendance(StrEnum):
    """How a delegate takes part."""

    IN_PERSON = "in_person"
    ONLINE = "online"


@dataclass(frozen=True, kw_only=True)
class Window:
    """A half-open time interval: `ends_at` is exclusive."""

    starts_at: Technical[datetime]
    ends_at: Technical[datetime]
