"""What stands in some slots of a mission: what is published, with the draft's edits laid over it.

The rules are not asked anew, which takes long with thousands of meetings: an edit is laid over if it finds its
meetings as it left them. `queries.desks` tells which edits and meetings the rules forbid by now.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from matching.models import DraftEdit, Meeting, MissionCopy
from matching.models.meetings import OVER, STANDING, meeting_id
from matching.timetabling.manual.edits import EditKind
from servicekit.auth import Actor

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
