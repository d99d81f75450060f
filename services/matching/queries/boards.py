"""A timetable as the hall sees it: slots down, tables across; and what a version changed in it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.models import Meeting, MissionCopy, TimetableVersion
from matching.models.meetings import OVER
from matching.timetabling.model.hall import natural_order
from servicekit.auth import Actor


@dataclass(frozen=True, kw_only=True)
class Column:
    """A table of the hall."""

    id: str
    video_kit: bool


@dataclass(frozen=True, kw_only=True)
class Row:
    """A slot; `cells` holds a meeting, None for a free table, or False for a table that is not open."""

    slot: str
    starts_at: datetime
    ends_at: datetime
    cells: tuple[dict[str, Any] | bool | None, ...]


@dataclass(frozen=True, kw_only=True)
class Board:
    """Some slots of a day in the hall."""

    day: date
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @cached_property
    def statuses(self) -> Counter[str]:
        """How many meetings of the day are in which state."""
        return Counter(cell["status"] for row in self.rows for cell in row.cells if isinstance(cell, dict))

    @property
    def meetings(self) -> int:
        """How many meetings stand on the day."""
        return self.statuses.total()

    @property
    def free(self) -> int:
        """How many places of open tables nobody has taken."""
        return sum(cell is None for row in self.rows for cell in row.cells)

    @property
    def is_over(self) -> bool:
        """Whether it is known of every meeting whether it took place."""
        return set(self.statuses) <= set(OVER)


def changes(session: Session, version: TimetableVersion | None, actor: Actor) -> dict[str, list[dict[str, Any]]]:
    """Return what a version changed, each change with the two organisations."""
    if version is None or version.number == 1:
        return {"moved": [], "dropped": [], "added": []}
    told = version.changes
    named = {row["meeting_id"] for row in (*told["moved"], *told["dropped"])} | set(told["added"])
    known = _meetings(session, map(UUID, named))
    return {
        "moved": [_with_ends(row, known) for row in told["moved"]],
        "dropped": [_with_ends(row, known) for row in told["dropped"]],
        "added": [_with_ends({"meeting_id": id_}, known) for id_ in told["added"]],
    }


def differences(told: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return what two versions differ in as `changes` tells it: what is gone where it was, what is new where it is."""
    moved = [row | {name: _timed(row[name]) for name in ("from", "to")} for row in told["moved"]]
    dropped = [row | _timed(row["from"]) for row in told["dropped"]]
    return {"moved": moved, "dropped": dropped, "added": [row | _timed(row["to"]) for row in told["added"]]}


def ends_of_changes(told: Mapping[str, Iterable[Mapping[str, Any]]]) -> set[UUID]:
    """Return the organisations that changes name."""
    rows = [row for listed in told.values() for row in listed]
    return {UUID(row[end]) for row in rows for end in ("guest_id", "host_id")}


def _timed(place: Mapping[str, Any]) -> dict[str, Any]:
    return {**place, "starts_at": datetime.fromisoformat(place["starts_at"])}


def board_of(
    mission: MissionCopy, day: date, slots: Sequence[Mapping[str, Any]], meetings: Iterable[dict[str, Any]]
) -> Board:
    """Lay the meetings of some slots of a day out."""
    names = sorted({table for slot in slots for table in slot["tables"]}, key=natural_order)
    kits = {table["id"]: table["video_kit"] for table in mission.tables}
    at = {(meeting["slot"], meeting["table"]): meeting for meeting in meetings}
    rows = tuple(
        Row(
            slot=slot["id"],
            starts_at=datetime.fromisoformat(slot["starts_at"]),
            ends_at=datetime.fromisoformat(slot["ends_at"]),
            cells=tuple(at.get((slot["id"], name)) if name in slot["tables"] else False for name in names),
        )
        for slot in slots
    )
    return Board(
        day=day,
        columns=tuple(Column(id=name, video_kit=kits.get(name, False)) for name in names),
        rows=rows,
    )


def _meetings(session: Session, ids: Iterable[UUID]) -> dict[str, Meeting]:
    query = select(Meeting).where(Meeting.id.in_(set(ids)))
    return {str(meeting.id): meeting for meeting in session.scalars(query)}


def _with_ends(row: dict[str, Any], known: dict[str, Meeting]) -> dict[str, Any]:
    meeting = known[row["meeting_id"]]
    place = {"slot": meeting.slot, "starts_at": meeting.starts_at, "table": meeting.table}
    ends = {"guest_id": str(meeting.guest_id), "host_id": str(meeting.host_id)}
    moved = {name: _timed(row[name]) for name in ("from", "to") if name in row}
    return place | row | ends | moved
