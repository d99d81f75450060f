"""What the page of a timetable shows: the hall by tables or by people, who has no meeting, the versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import render_template, request
from sqlalchemy.orm import Session

from access.matrix import Deed
from matching import board_cells, draft_words, frames, people_cells, queries, version_view, waiting_runs
from matching.board_cells import Telling
from matching.frames import say
from matching.halls import Hall, hall_of
from matching.models import MissionCopy
from matching.queries import boards, drafts, missions, sheets, timetables
from matching.queries.parts import Part, chosen, parts
from matching.queries.sheets import Sheet
from matching.refused_edits import Refusal
from matching.scope import SCOPE
from servicekit import languages
from servicekit.auth import Actor
from servicekit.languages import noop as _

CHECKED_MEETINGS = 800
"""Up to so many meetings the page itself asks whether the draft holds; more than that are asked for apart."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the page has to say about what was just asked: a refusal, or what is wrong with a form."""

    refusal: Refusal | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    """What was typed."""


def page(session: Session, actor: Actor, mission: MissionCopy, said: Said | None = None) -> str:
    """Render the page of a timetable as its address asks for it."""
    hall = hall_of(session, mission, actor)
    views = {"people": _people, "unplaced": version_view.unplaced, "versions": version_view.version}
    asked = request.args.get("view", "versions" if "version" in request.args else "tables")
    view = asked if asked in views and hall.heads else "tables"
    shown = views.get(view, _tables)(hall)
    return render_template(
        "matching/timetable.html",
        frame=frames.of_mission(mission, say(_("Timetable")), "timetable", hall.now, broad=True),
        hall=hall,
        mission=mission,
        view=view,
        said=said or Said(),
        waiting=waiting_runs.waiting(session, mission, actor),
        failed=timetables.failed_run(session, mission.id, actor),
        may_run=SCOPE.allows(session, actor, mission, Deed.MEETINGS_RUN),
        edits=draft_words.edits(session, mission, hall.edits, actor) if view in ("tables", "people") else (),
        done=next((edit for edit in hall.edits if str(edit.id) == request.args.get("done")), None),
        **shown,
    )


def _tables(hall: Hall) -> dict[str, Any]:
    part, sheet, found = _sheet(hall)
    if part is None:
        return {"parts": (), "part": None}
    lines = sheet.of(part.ids)
    telling, conflicts = _telling(hall, sheet, sheets.organisations(lines))
    board = boards.board_of(hall.mission, part.day, part.slots, lines)
    rows = board_cells.rows(board, telling)
    return _parted(found, part, sheet) | {
        "columns": board_cells.columns(board),
        "rows": rows,
        "keys": board_cells.key(rows),
        "board": board,
        "conflicts": conflicts,
    }


def _people(hall: Hall) -> dict[str, Any]:
    part, sheet, found = _sheet(hall)
    if part is None:
        return {"parts": (), "part": None}
    sides = missions.sides(hall.session, hall.mission.id, hall.actor.doing(Deed.MEETINGS_READ))
    lines = sheet.of(part.ids)
    guests = {id_ for id_, side in sides.items() if side == "guest"} | {UUID(line["guest_id"]) for line in lines}
    telling, conflicts = _telling(hall, sheet, guests | sheets.organisations(lines))
    ordered = sorted(guests, key=lambda id_: (telling.short(id_).casefold(), str(id_)))
    number = max(1, request.args.get("page", 1, type=int))
    size = people_cells.MOST_GUESTS
    here = ordered[(number - 1) * size : number * size]
    rows = people_cells.rows(hall.session, part, here, lines, telling)
    return _parted(found, part, sheet) | {
        "columns": people_cells.columns(part, telling),
        "rows": rows,
        "keys": board_cells.key(rows),
        "conflicts": conflicts,
        "page": number,
        "pages": -(-len(ordered) // size),
    }


def _sheet(hall: Hall) -> tuple[Part | None, Sheet, list[Part]]:
    found = parts(hall.mission)
    counts = sheets.loads(hall.session, hall.mission.id, hall.actor)
    part = chosen(found, request.args, hall.now, counts)
    ids = part.ids if part else []
    return part, sheets.sheet(hall.session, hall.mission, ids, hall.edits, hall.actor), found


def _telling(hall: Hall, sheet: Sheet, ends: set[UUID]) -> tuple[Telling, draft_words.Conflicts | None]:
    """Name organisations, and say what of the draft does not hold, where that takes no long."""
    conflicts = None
    if hall.is_desk and sheet.loads.total() <= CHECKED_MEETINGS:
        desk = drafts.desk_for(hall.session, hall.mission.id, hall.actor)
        conflicts = draft_words.conflicts(hall.session, desk, hall.actor)
    telling = Telling(
        mission=hall.mission,
        names=queries.names_of(hall.session, ends, languages.of_request(), hall.actor),
        now=hall.now,
        freed=frozenset(sheet.freed),
        clashes=conflicts.of_meetings if conflicts else {},
        is_desk=hall.is_desk,
    )
    return telling, conflicts


def _parted(found: Sequence[Part], part: Part, sheet: Sheet) -> dict[str, Any]:
    return {
        "parts": found,
        "part": part,
        "meetings": {each.number: sum(sheet.loads[id_] for id_ in each.ids) for each in found},
        "names": {},
    }
