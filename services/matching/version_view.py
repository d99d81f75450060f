"""A published version on the page of a timetable: its board, what changed with it, and who waits."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from matching import board_cells, queries, reason_words
from matching.board_cells import Telling
from matching.halls import Hall
from matching.models import TimetableVersion
from matching.models.runs import INCIDENTS
from matching.queries import boards, timetables
from matching.queries.parts import chosen, parts
from servicekit import languages
from servicekit.auth import Actor

MOST_PAIRS = 100
"""Pairs without a meeting, and changes, on a page."""


def unplaced(hall: Hall) -> dict[str, Any]:
    """Tell who has no meeting in the newest version, and why."""
    assert hall.newest is not None
    found = timetables.waiting_list(hall.session, hall.mission.id, hall.newest.number, hall.actor)
    return {"parts": (), "part": None} | _waiting(hall, found)


def version(hall: Hall) -> dict[str, Any]:
    """Tell a version, by default the newest; in what it differs from the one before, or from the one that was asked."""
    assert hall.newest is not None
    number = request.args.get("version", hall.newest.number, type=int)
    found = timetables.timetable(hall.session, hall.mission.id, number, hall.actor)
    since = request.args.get("since", type=int)
    changes = _changes(hall.session, found, since, hall.actor)
    disturbance = timetables.disturbance(hall.session, found, hall.actor)
    ids = {UUID(line[end]) for line in found.meetings for end in ("guest_id", "host_id")}
    ids |= boards.ends_of_changes(changes) | ({disturbance.organisation_id} if disturbance else set())
    told = timetables.told_with(hall.session, found, hall.actor)
    waiting = _waiting(hall, found.unplaced, also=ids | set(told))
    return (
        _board(hall, found, waiting["names"], changes)
        | waiting
        | {
            "version": found,
            "changes": changes,
            "since": since,
            "disturbance": disturbance,
            "told": sorted(waiting["names"][id_] for id_ in told),
            "is_repair": found.cause in INCIDENTS,
            "most": MOST_PAIRS,
        }
    )


def _board(
    hall: Hall, found: TimetableVersion, names: Mapping[UUID, str], changes: Mapping[str, Any]
) -> dict[str, Any]:
    all_parts = parts(hall.mission)
    loads: dict[str, int] = {}
    for line in found.meetings:
        loads[line["slot"]] = loads.get(line["slot"], 0) + 1
    part = chosen(all_parts, request.args, hall.now, loads)
    if part is None:
        return {"parts": (), "part": None}
    telling = Telling.of_version(hall.mission, names, changes, hall.now)
    board = boards.board_of(hall.mission, part.day, part.slots, found.meetings)
    rows = board_cells.rows(board, telling)
    return {
        "parts": all_parts,
        "part": part,
        "meetings": {each.number: sum(loads.get(id_, 0) for id_ in each.ids) for each in all_parts},
        "columns": board_cells.columns(board),
        "rows": rows,
        "keys": board_cells.key(rows),
        "board": board,
    }


def _waiting(hall: Hall, unplaced_pairs: Sequence[dict[str, Any]], also: Collection[UUID] = ()) -> dict[str, Any]:
    """Give one page of the pairs without a meeting, with what their reasons name."""
    number = max(1, request.args.get("page", 1, type=int))
    here = unplaced_pairs[(number - 1) * MOST_PAIRS : number * MOST_PAIRS]
    ids = {*also} | {UUID(row[end]) for row in here for end in ("guest_id", "host_id")} | reason_words.partners(here)
    names = queries.names_of(hall.session, ids, languages.of_request(), hall.actor)
    return {
        "unplaced": here,
        "unplaced_count": len(unplaced_pairs),
        "page": number,
        "pages": -(-len(unplaced_pairs) // MOST_PAIRS),
        "names": names,
        "facts": reason_words.FactTeller(mission=hall.mission, names=names),
    }


def _changes(session: Session, found: TimetableVersion, since: int | None, actor: Actor) -> dict[str, Any]:
    """Tell what a version changed, or in what it differs from the one that the reader has chosen."""
    if since is None:
        return boards.changes(session, found, actor)
    return boards.differences(timetables.comparison(session, found.mission_id, found.number, since, actor))
