"""The slots of a mission as the solver takes them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from matching.models import Meeting, MissionCopy
from matching.timetabling.model.hall import Slot


def slots_of(mission: MissionCopy, begun: Iterable[Meeting]) -> tuple[Slot, ...]:
    """Give the slots of the programme, and those in which meetings have begun though the programme has them no more."""
    return (*(_slot(slot, mission.timezone) for slot in mission.slots), *_closed_slots(mission, begun))


def instants(row: Mapping[str, Any]) -> tuple[datetime, datetime]:
    """Read when something begins and ends."""
    return datetime.fromisoformat(row["starts_at"]), datetime.fromisoformat(row["ends_at"])


def times_of(mission: MissionCopy) -> dict[str, tuple[datetime, datetime]]:
    """Return when each slot of the programme begins and ends."""
    return {slot["id"]: instants(slot) for slot in mission.slots}


def _slot(slot: dict[str, Any], zone: str) -> Slot:
    starts_at, ends_at = instants(slot)
    return Slot(
        id=slot["id"],
        session=slot["session"],
        day=starts_at.astimezone(ZoneInfo(zone)).date(),
        starts_at=starts_at,
        ends_at=ends_at,
        tables=tuple(slot["tables"]),
    )


def _closed_slots(mission: MissionCopy, begun: Iterable[Meeting]) -> list[Slot]:
    """Keep the slots in which meetings have begun, without a table, where the programme has them no more."""
    known = {slot["id"] for slot in mission.slots}
    closed = {meeting.slot: meeting for meeting in begun if meeting.slot not in known}
    return [
        Slot(
            id=id_,
            session="",
            day=meeting.starts_at.astimezone(ZoneInfo(mission.timezone)).date(),
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            tables=(),
        )
        for id_, meeting in closed.items()
    ]
