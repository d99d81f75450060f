"""Timetable page, runs, versions.

A mission's hall as one reader sees it: with the draft for whoever may change it, else as it is published.

A published version on the page of a timetable: its board, what changed with it, and who waits.

Runs that are not settled, as organisers read them: how far each is, and what publishing it would do.

What the page of a timetable shows: the hall by tables or by people, who has no meeting, the versions.

What an organiser does with a timetable that is being made: start, stop, publish it or throw it away.

Repairs of a mission's timetable, as pages tell of them: those that wait or are being made, and those of today.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from access.matrix import Deed
from matching import lookups, queries
from matching.commands import StartTimetableRun
from matching.errors import HallUnusableError
from matching.handlers.timetable import drafts, runs
from matching.models import DraftEdit, MissionCopy, TimetableRun, TimetableVersion
from matching.models.timetable import INCIDENTS, RunStatus
from matching.pages import layout, texts
from matching.pages.layout import say
from matching.pages.organiser import board_by_guests, board_by_tables, draft_texts
from matching.pages.organiser.board_by_tables import Telling
from matching.pages.organiser.rejected_edit import Refusal
from matching.pages.texts import FactTeller
from matching.queries import boards, missions, timetables
from matching.queries import drafts as draft_queries
from matching.queries.boards import Part, Sheet, chosen, parts
from matching.scope import SCOPE
from servicekit.auth.actors import Actor
from servicekit.data import clock
from servicekit.data.clock import machine_now
from servicekit.texts import languages
from servicekit.texts.languages import noop as _
from servicekit.web.endpoints import writes


@dataclass(kw_only=True)
class Hall:
    """A mission's hall as one reader sees it now."""

    session: Session
    actor: Actor
    mission: MissionCopy
    now: datetime
    heads: Sequence[TimetableVersion]
    is_desk: bool
    """Whether the reader sees the draft, and may change it."""
    edits: Sequence[DraftEdit] = ()

    @property
    def newest(self) -> TimetableVersion | None:
        """The newest version, without what is in it."""
        return self.heads[-1] if self.heads else None


def hall_of(session: Session, mission: MissionCopy, actor: Actor) -> Hall:
    """Gather what every view of a hall begins with."""
    now = clock.now(session)
    heads = timetables.heads(session, mission.id, actor)
    may_run = SCOPE.allows(session, actor, mission, Deed.MEETINGS_RUN)
    is_desk = may_run and bool(heads) and not mission.is_over(now)
    edits = boards.edits_of(session, mission.id, actor) if is_desk else ()
    return Hall(session=session, actor=actor, mission=mission, now=now, heads=heads, is_desk=is_desk, edits=edits)


MOST_PAIRS = 100
"""Pairs without a meeting, and changes, on a page."""


def unplaced_view(hall: Hall) -> dict[str, Any]:
    """Tell who has no meeting in the newest version, and why."""
    assert hall.newest is not None
    found = timetables.waiting_list(hall.session, hall.mission.id, hall.newest.number, hall.actor)
    return {"parts": (), "part": None} | _waiting_list(hall, found)


def version_view(hall: Hall) -> dict[str, Any]:
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
    waiting = _waiting_list(hall, found.unplaced, also=ids | set(told))
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
    rows = board_by_tables.rows(board, telling)
    return {
        "parts": all_parts,
        "part": part,
        "meetings": {each.number: sum(loads.get(id_, 0) for id_ in each.ids) for each in all_parts},
        "columns": board_by_tables.columns(board),
        "rows": rows,
        "keys": board_by_tables.key(rows),
        "board": board,
    }


def _waiting_list(hall: Hall, unplaced_pairs: Sequence[dict[str, Any]], also: Collection[UUID] = ()) -> dict[str, Any]:
    """Give one page of the pairs without a meeting, with what their reasons name."""
    number = max(1, request.args.get("page", 1, type=int))
    here = unplaced_pairs[(number - 1) * MOST_PAIRS : number * MOST_PAIRS]
    ids = {*also} | {UUID(row[end]) for row in here for end in ("guest_id", "host_id")} | texts.partners(here)
    names = queries.names_of(hall.session, ids, languages.of_request(), hall.actor)
    return {
        "unplaced": here,
        "unplaced_count": len(unplaced_pairs),
        "page": number,
        "pages": -(-len(unplaced_pairs) // MOST_PAIRS),
        "names": names,
        "facts": texts.FactTeller(mission=hall.mission, names=names),
    }


def _changes(session: Session, found: TimetableVersion, since: int | None, actor: Actor) -> dict[str, Any]:
    """Tell what a version changed, or in what it differs from the one that the reader has chosen."""
    if since is None:
        return boards.changes(session, found, actor)
    return boards.differences(timetables.comparison(session, found.mission_id, found.number, since, actor))


FEW_MEETINGS = 800
FEW_PAIRS = 20


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A run that is not published yet; what publishing would do, once it is solved, and who would be told."""

    run: TimetableRun
    whose: str
    """The organisation whose incident is to be repaired; empty: none."""
    seconds: int
    """How long it has been looked for, or since it was asked for."""
    preview: dict[str, Any] | None
    told: list[str]
    out: Sequence[Mapping[str, Any]]
    """Pairs that it leaves without a meeting, with the reason; the first `FEW_PAIRS` of `out_count`."""
    out_count: int
    names: Mapping[UUID, str]
    facts: FactTeller


def waiting_runs(session: Session, mission: MissionCopy, actor: Actor) -> list[Waiting]:
    """Return the runs of a mission that are not settled, where the actor may decide about them, the newest first."""
    if not SCOPE.allows(session, actor, mission, Deed.MEETINGS_RUN):
        return []
    return [_waiting_run(session, mission, run, actor) for run in timetables.open_runs(session, mission.id, actor)]


def _waiting_run(session: Session, mission: MissionCopy, run: TimetableRun, actor: Actor) -> Waiting:
    preview = _preview(session, run, actor)
    told = preview["told"]["organisations"] if preview else []
    disturbed = [run.disturbed] if run.disturbed else []
    left = [*run.result["unplaced"], *run.result["dropped"]] if run.status == RunStatus.SOLVED and run.result else []
    out = left[:FEW_PAIRS]
    ends = {UUID(row[end]) for row in out for end in ("guest_id", "host_id")} | texts.partners(out)
    names = queries.names_of(session, {*told, *disturbed, *ends}, languages.of_request(), actor)
    since = (machine_now() - run.queued_at).total_seconds()
    return Waiting(
        run=run,
        whose=names[run.disturbed] if run.disturbed else "",
        seconds=round(since if run.seconds is None or run.status != RunStatus.SOLVED else run.seconds),
        preview=preview,
        told=sorted(names[id_] for id_ in told),
        out=out,
        out_count=len(left),
        names=names,
        facts=FactTeller(mission=mission, names=names),
    )


def _preview(session: Session, run: TimetableRun, actor: Actor) -> dict[str, Any] | None:
    """Tell what publishing a run would do; nothing where it is not solved, or the programme can be used no more.

    With thousands of meetings that takes long: then it is told where it is asked for.
    """
    if run.status != RunStatus.SOLVED or run.result is None:
        return None
    if len(run.result["meetings"]) > FEW_MEETINGS and request.args.get("preview") != str(run.id):
        return None
    try:
        return drafts.preview_of_run(session, run.id, actor)
    except HallUnusableError:
        return None


CHECKED_MEETINGS = 800
"""Up to so many meetings the page itself asks whether the draft holds; more than that are asked for apart."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the page has to say about what was just asked: a refusal, or what is wrong with a form."""

    refusal: Refusal | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    """What was typed."""


def render_page(session: Session, actor: Actor, mission: MissionCopy, said: Said | None = None) -> str:
    """Render the page of a timetable as its address asks for it."""
    hall = hall_of(session, mission, actor)
    views = {"people": _people, "unplaced": unplaced_view, "versions": version_view}
    asked = request.args.get("view", "versions" if "version" in request.args else "tables")
    view = asked if asked in views and hall.heads else "tables"
    shown = views.get(view, _tables)(hall)
    return render_template(
        "matching/timetable.html",
        frame=layout.of_mission(mission, say(_("Timetable")), "timetable", hall.now, broad=True),
        hall=hall,
        mission=mission,
        view=view,
        said=said or Said(),
        waiting=waiting_runs(session, mission, actor),
        failed=timetables.failed_run(session, mission.id, actor),
        may_run=SCOPE.allows(session, actor, mission, Deed.MEETINGS_RUN),
        edits=draft_texts.edits(session, mission, hall.edits, actor) if view in ("tables", "people") else (),
        done=next((edit for edit in hall.edits if str(edit.id) == request.args.get("done")), None),
        **shown,
    )


def _tables(hall: Hall) -> dict[str, Any]:
    part, sheet, found = _sheet(hall)
    if part is None:
        return {"parts": (), "part": None}
    lines = sheet.of(part.ids)
    telling, conflicts = _telling(hall, sheet, boards.organisations(lines))
    board = boards.board_of(hall.mission, part.day, part.slots, lines)
    rows = board_by_tables.rows(board, telling)
    return _parted(found, part, sheet) | {
        "columns": board_by_tables.columns(board),
        "rows": rows,
        "keys": board_by_tables.key(rows),
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
    telling, conflicts = _telling(hall, sheet, guests | boards.organisations(lines))
    ordered = sorted(guests, key=lambda id_: (telling.short(id_).casefold(), str(id_)))
    number = max(1, request.args.get("page", 1, type=int))
    size = board_by_guests.MOST_GUESTS
    here = ordered[(number - 1) * size : number * size]
    rows = board_by_guests.rows(hall.session, part, here, lines, telling)
    return _parted(found, part, sheet) | {
        "columns": board_by_guests.columns(part, telling),
        "rows": rows,
        "keys": board_by_tables.key(rows),
        "conflicts": conflicts,
        "page": number,
        "pages": -(-len(ordered) // size),
    }


def _sheet(hall: Hall) -> tuple[Part | None, Sheet, list[Part]]:
    found = parts(hall.mission)
    counts = boards.loads(hall.session, hall.mission.id, hall.actor)
    part = chosen(found, request.args, hall.now, counts)
    ids = part.ids if part else []
    return part, boards.sheet(hall.session, hall.mission, ids, hall.edits, hall.actor), found


def _telling(hall: Hall, sheet: Sheet, ends: set[UUID]) -> tuple[Telling, draft_texts.Conflicts | None]:
    """Name organisations, and say what of the draft does not hold, where that takes no long."""
    conflicts = None
    if hall.is_desk and sheet.loads.total() <= CHECKED_MEETINGS:
        desk = draft_queries.desk_for(hall.session, hall.mission.id, hall.actor)
        conflicts = draft_texts.conflicts(hall.session, desk, hall.actor)
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


blueprint = Blueprint("timetables", __name__)

SHORTEST, LONGEST, TOO_LONG = 1, 300, 5
_RUN = "/timetable-runs/<uuid:run_id>"


@blueprint.post("/missions/<uuid:mission_id>/timetable-run")
@writes(Deed.MEETINGS_RUN)
def start(session: Session, actor: Actor, mission_id: UUID) -> Response:
    """Let the solver look for a timetable, and go back to see how far it is; a wrong limit is shown at its field."""
    mission = lookups.own_mission(session, mission_id, actor)
    given = request.form.get("time_limit_seconds", "").strip()
    limit = int(given) if given.isdecimal() and len(given) < TOO_LONG else None
    if given and (limit is None or not SHORTEST <= limit <= LONGEST):
        wrong = {"time_limit_seconds": layout.say(_("Give a whole number of seconds, from 1 to 300."))}
        said = Said(errors=wrong, given={"time_limit_seconds": given})
        answer = make_response(render_page(session, actor, mission, said))
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return answer
    return _back(runs.start_run(session, StartTimetableRun(mission_id=mission_id, time_limit_seconds=limit), actor))


@blueprint.post(f"{_RUN}/stop")
@writes(Deed.MEETINGS_RUN)
def stop(session: Session, actor: Actor, run_id: UUID) -> Response:
    """End the search with the best so far, and go back to the timetable."""
    return _back(runs.stop_run(session, run_id, actor))


@blueprint.post(f"{_RUN}/publication")
@writes(Deed.MEETINGS_RUN)
def publish(session: Session, actor: Actor, run_id: UUID) -> Response:
    """Publish the solution and show who was told; one that is made anew first is waited for at the timetable."""
    run = runs.publish_run(session, run_id, actor)
    if run.number is None:
        return _back(run)
    shown = url_for("pages.show_timetable", mission_id=run.mission_id, version=run.number, published=1)
    return redirect(shown, HTTPStatus.SEE_OTHER)


@blueprint.post(f"{_RUN}/discard")
@writes(Deed.MEETINGS_RUN)
def discard(session: Session, actor: Actor, run_id: UUID) -> Response:
    """Throw the solution away, and go back to the timetable."""
    return _back(runs.discard_run(session, run_id, actor))


def _back(run: TimetableRun) -> Response:
    return redirect(url_for("pages.show_timetable", mission_id=run.mission_id), HTTPStatus.SEE_OTHER)


def repairs_of_today(session: Session, mission: MissionCopy, now: datetime, actor: Actor) -> dict[str, Any]:
    """Gather what `matching/incidents.html` tells."""
    midnight = now.astimezone(ZoneInfo(mission.timezone)).replace(hour=0, minute=0, second=0, microsecond=0)
    waiting = [run for run in timetables.open_runs(session, mission.id, actor) if run.is_repair]
    done = timetables.repairs_since(session, mission.id, midnight, actor)
    whose = {run.disturbed for run in waiting if run.disturbed} | {row.disturbed for row in done if row.disturbed}
    names = queries.names_of(session, whose, languages.of_request(), actor)
    return {"waiting": waiting, "done": done, "names": names}
