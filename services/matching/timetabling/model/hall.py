"""The hall: tables, and the slots in which they are open."""

import re
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class Table:
    """A place for one meeting a slot."""

    id: str
    location: str
    seats: int
    video_kit: bool


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A bookable time with the tables that are open in it; day is the mission's local day."""

    id: str
    session: str
    day: date
    starts_at: datetime
    ends_at: datetime
    tables: tuple[str, ...]

    def overlaps(self, other: "Slot") -> bool:
        """Say whether the two slots share time; touching is no overlap."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def natural_order(text: str) -> tuple[tuple[int, str], ...]:
    """Give the key that puts T9 before T10."""
    parts = re.findall(r"\d+|\D+", text)
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in parts)


def video_tables(tables: tuple[Table, ...], named: tuple[str, ...] = ()) -> frozenset[str]:
    """Give the ids of the tables for online meetings: those named, else those with a video kit."""
    return frozenset(named) or frozenset(table.id for table in tables if table.video_kit)


def check_hall(slots: tuple[Slot, ...]) -> None:
    """Refuse slots between which a table could not be told apart.

    Raises:
        ValueError: an id is used twice, a slot ends before it starts, or two slots that overlap share a table.

    """
    if len({slot.id for slot in slots}) < len(slots):
        raise ValueError("Two slots have the same id.")
    ordered = sorted(slots, key=lambda slot: (slot.starts_at, slot.id))
    for number, slot in enumerate(ordered):
        if slot.ends_at <= slot.starts_at:
            raise ValueError(f"Slot {slot.id} ends before it starts.")
        for later in ordered[number + 1 :]:
            if slot.overlaps(later) and not set(slot.tables).isdisjoint(later.tables):
                raise ValueError(f"Slots {slot.id} and {later.id} overlap and share a table.")
