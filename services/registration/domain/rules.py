"""The rules by which a mission meets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts.registration import HallTable


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What an organiser may set; None leaves it to the kind of mission."""

    max_meetings_per_person_per_day: int | None = None
    min_meetings_per_guest: int | None = None
    online_tables: Sequence[str] | None = None
    """Tables at which someone may sit who is not there; None: those with a video kit."""
    places: Mapping[str, int] | None = None
    """Places of each side; a side that is not named takes everyone."""


def with_video(tables: Sequence[HallTable]) -> tuple[str, ...]:
    """Return the ids of the tables with a video kit."""
    return tuple(table.id for table in tables if table.video_kit)
