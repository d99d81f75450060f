"""Board, its parts, rows with edits laid over.

A timetable as the hall sees it: slots down, tables across; and what a version changed in it.

A mission's slots as boards show them: session by session, long ones in parts that a page can hold.

What stands in some slots of a mission: what is published, with the draft's edits laid over it.

The rules are not asked anew, which takes long with thousands of meetings: an edit is laid over if it finds its
meetings as it left them. `queries.desks` tells which edits and meetings the rules forbid by now.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from math import ceil
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from matching.models import DraftEdit, Meeting, MissionCopy, TimetableVersion
from matching.models.meetings import OVER, STANDING, meeting_id
from matching.timetabling.manual.edits import EditKind
from matching.timetabling.model.hall import natural_order
from servicekit.auth.actors import Actor


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


Line = dict[str, Any]
"""A meeting as boards take it; `was` is the published place of one that the draft moves, None of one that it adds."""
_STANDS = (*STANDING, *OVER)
_COLUMNS = (
    Meeting.id.label("meeting_id"),
    Meeting.guest_id,
    Meeting.host_id,
    Meeting.guest_person_id,
    Meeting.host_person_id,
    Meeting.slot,
    Meeting.table,
    Meeting.starts_at,
    Meeting.ends_at,
    Meeting.is_online,
    Meeting.interpreter,
    Meeting.status,
    Meeting.is_locked,
)
_KEPT = {
    "slot_id": "slot",
    "table_id": "table",
    "guest_person": "guest_person_id",
    "host_person": "host_person_id",
    "online": "is_online",
    "interpreter": "interpreter",
}
"""The members of a place as edits keep it, and those of a line."""


@dataclass(kw_only=True)
class Sheet:
    """The meetings of some slots, and of all that the draft touches."""

    lines: dict[str, Line]
    """By the ids of meetings."""
    lost: set[UUID] = field(default_factory=set)
    """Edits that do not find their meetings as they left them."""
    freed: set[tuple[str, str]] = field(default_factory=set)
    """Slots and tables of meetings that the draft removes."""
    loads: Counter[str] = field(default_factory=Counter)
    """How many meetings each slot of the mission has."""

    def of(self, slots: Collection[str]) -> list[Line]:
        """Return the meetings of some slots."""
        return [line for line in self.lines.values() if line["slot"] in slots]


def sheet(
    session: Session, mission: MissionCopy, slots: Collection[str], edits: Sequence[DraftEdit], actor: Actor
) -> Sheet:
    """Read the meetings of some slots, with edits laid over them one after another."""
    touched = {meeting_id(mission.id, *pair) for edit in edits for pair in edit.pairs}
    wanted = or_(Meeting.slot.in_(slots), Meeting.id.in_(touched))
    query = select(*_COLUMNS).where(Meeting.mission_id == mission.id, Meeting.status.in_(_STANDS), wanted)
    lines = {str(row.meeting_id): _line(row._mapping) for row in session.execute(query)}  # noqa: SLF001  its public name
    found = Sheet(lines=lines, loads=loads(session, mission.id, actor))
    before = {id_: line["slot"] for id_, line in lines.items()}
    for edit in edits:
        _lay(found, edit, mission)
    for id_ in map(str, touched):
        found.loads[before.get(id_, "")] -= 1
        found.loads[found.lines[id_]["slot"] if id_ in found.lines else ""] += 1
    del found.loads[""]
    return found


def loads(session: Session, mission_id: UUID, actor: Actor) -> Counter[str]:
    """Count the published meetings of each slot."""
    standing = Meeting.mission_id == mission_id, Meeting.status.in_(_STANDS)
    query = select(Meeting.slot, func.count().label("meetings")).where(*standing).group_by(Meeting.slot)
    return Counter({row.slot: row.meetings for row in session.execute(query)})


def edits_of(session: Session, mission_id: UUID, actor: Actor) -> Sequence[DraftEdit]:
    """Return what is changed in the draft, the first edit first."""
    query = select(DraftEdit).where(DraftEdit.mission_id == mission_id)
    return session.scalars(query.order_by(DraftEdit.sequence)).all()


def _line(row: Mapping[Any, Any]) -> Line:
    ids = ("meeting_id", "guest_id", "host_id", "guest_person_id", "host_person_id")
    return dict(row) | {name: str(row[name]) for name in ids}


def _lay(found: Sheet, edit: DraftEdit, mission: MissionCopy) -> None:
    """Lay an edit over a sheet, all of it or nothing."""
    changes = [(str(meeting_id(mission.id, *_ends(change))), change) for change in edit.changes]
    if not all(_fits(found.lines.get(id_), change["before"], edit.kind) for id_, change in changes):
        found.lost.add(edit.id)
        return
    for id_, change in changes:
        if edit.kind in (EditKind.LOCK, EditKind.UNLOCK):
            found.lines[id_] |= {"is_locked": edit.kind == EditKind.LOCK}
        else:
            _place(found, id_, change, mission)


def _fits(line: Line | None, before: Mapping[str, Any] | None, kind: str) -> bool:
    if line is None or before is None:
        return line is None and before is None
    same = all(line[name] == before.get(kept, "") for kept, name in _KEPT.items())
    return same and line["status"] not in OVER and line["is_locked"] == (kind == EditKind.UNLOCK)


def _place(found: Sheet, id_: str, change: Mapping[str, Any], mission: MissionCopy) -> None:
    line, after = found.lines.pop(id_, None), change["after"]
    slots: dict[str, Mapping[str, Any]] = {slot["id"]: slot for slot in mission.slots}
    if after is None:
        if line is not None:
            found.freed.add((line["slot"], line["table"]))
        return
    was = line.get("was", {name: line[name] for name in (*_KEPT.values(), "starts_at")}) if line else None
    new = {"meeting_id": id_, "guest_id": change["guest_id"], "host_id": change["host_id"]}
    state = {"status": line["status"] if line else "scheduled", "is_locked": bool(line and line["is_locked"])}
    slot = slots.get(after["slot_id"])
    times = {name: datetime.fromisoformat(slot[name]) for name in ("starts_at", "ends_at")} if slot else {}
    place = {name: after.get(kept, "") for kept, name in _KEPT.items()}
    if slot is not None:
        told = {} if was and all(was[name] == place[name] for name in place) else {"was": was}
        found.lines[id_] = new | state | place | times | told


def _ends(row: Mapping[str, Any]) -> tuple[UUID, UUID]:
    return UUID(row["guest_id"]), UUID(row["host_id"])


def organisations(lines: Iterable[Mapping[str, Any]]) -> set[UUID]:
    """Return the organisations of some meetings."""
    return {UUID(line[end]) for line in lines for end in ("guest_id", "host_id")}
