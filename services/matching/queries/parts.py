"""A mission's slots as boards show them: session by session, long ones in parts that a page can hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from matching.models import MissionCopy
from matching.timetabling.model.hall import natural_order

MOST_CELLS = 320
"""Slots times tables of one board: a page of forty tables stays below 100 kB."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """Consecutive slots of a session on one local day; parts of a mission are numbered from 1."""

    number: int
    day: date
    slots: tuple[Mapping[str, Any], ...]
    is_whole_day: bool
    """Whether the day has no other part."""

    @property
    def starts_at(self) -> datetime:
        """When its first slot begins."""
        return datetime.fromisoformat(self.slots[0]["starts_at"])

    @property
    def ends_at(self) -> datetime:
        """When its last slot ends."""
        return datetime.fromisoformat(self.slots[-1]["ends_at"])

    @property
    def ids(self) -> list[str]:
        """The ids of its slots."""
        return [slot["id"] for slot in self.slots]


def parts(mission: MissionCopy) -> list[Part]:
    """Part the slots of a mission, the earliest first."""
    zone = ZoneInfo(mission.timezone)

    def day_of(slot: Mapping[str, Any]) -> date:
        return datetime.fromisoformat(slot["starts_at"]).astimezone(zone).date()

    ordered = sorted(mission.slots, key=lambda slot: (day_of(slot), slot["starts_at"], natural_order(slot["id"])))
    sessions = groupby(ordered, key=lambda slot: (day_of(slot), slot["session"]))
    chunks = [(day, chunk) for (day, _session), slots in sessions for chunk in _chunks(list(slots))]
    days = [day for day, _slots in chunks]
    return [
        Part(number=number, day=day, slots=tuple(slots), is_whole_day=days.count(day) == 1)
        for number, (day, slots) in enumerate(chunks, 1)
    ]


def chosen(found: Sequence[Part], asked: Mapping[str, str], now: datetime, loads: Mapping[str, int]) -> Part | None:
    """Choose the part that was asked for by number, slot or day, else that of now, else the first with meetings."""
    wishes = (
        (part for part in found if str(part.number) == asked.get("part")),
        (part for part in found if asked.get("slot") in part.ids),
        (part for part in found if part.day.isoformat() == asked.get("day")),
        (part for part in found if part.starts_at <= now < part.ends_at),
        (part for part in found if part.starts_at <= now and now.date() == part.starts_at.date()),
        (part for part in found if any(loads.get(id_) for id_ in part.ids)),
        iter(found),
    )
    return next((part for wish in wishes for part in wish), None)


def _chunks(slots: list[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Split a session evenly where it has more cells than a board may have."""
    tables = len({table for slot in slots for table in slot["tables"]}) or 1
    count = ceil(len(slots) * tables / MOST_CELLS)
    size = ceil(len(slots) / max(1, count))
    return [slots[start : start + size] for start in range(0, len(slots), size)]
