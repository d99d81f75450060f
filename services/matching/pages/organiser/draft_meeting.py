"""Pages about one meeting of the draft: where it could be, what can be done with it, and a new one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import render_template, request
from sqlalchemy.orm import Session

from access.matrix import Deed
from matching.errors import MeetingNotFoundError
from matching.models import MissionCopy
from matching.pages import layout
from matching.pages.layout import say
from matching.pages.organiser import draft_forms
from matching.pages.organiser.draft_texts import Named, PlaceTeller
from matching.queries import boards, drafts, missions
from matching.queries.boards import parts
from matching.queries.draft_state import Desk
from matching.timetabling.manual import alternatives
from matching.timetabling.manual.alternatives import Row, Wish
from matching.timetabling.manual.conflicts import Refusal, Refused
from matching.timetabling.model.hall import natural_order
from matching.timetabling.model.timetable import Pair, Placed
from servicekit.auth.actors import Actor
from servicekit.data import clock
from servicekit.texts import formats, languages
from servicekit.texts.languages import noop as _


def meeting(
    session: Session,
    actor: Actor,
    mission: MissionCopy,
    meeting_id: UUID,
    given: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    """Render what can be done with a meeting; raises MeetingNotFoundError."""
    desk = drafts.desk_for(session, mission.id, actor)
    pair = _pair(desk, meeting_id)
    now, ends = desk.draft.meetings.get(pair), desk.ends(pair)
    named = Named.of(session, mission, ends, actor)
    rows = list(alternatives.rows(desk.draft.places, pair)) if now else []
    stranded = desk.stranded.get(pair, ())
    teller, whys = _told(session, desk, rows, stranded, actor)
    return render_template(
        "matching/draft_meeting.html",
        frame=_frame(session, mission, named.pair(*ends)),
        mission=mission,
        meeting_id=meeting_id,
        ends=ends,
        now=now,
        place=named.place(now.slot_id, now.table_id) if now else "",
        blocked=_pinned(desk, pair),
        is_locked=pair in desk.draft.locked,
        is_begun=pair in desk.draft.begun,
        stranded=teller.line(drafts.whys(desk, stranded)),
        free=[_choice(named, row) for row in rows if _tables(row)],
        tables=_all_tables(mission),
        taken=[
            {"time": _time(named, row.slot.id), "why": teller.line(whys[row.slot.id])}
            for row in rows
            if not _tables(row)
        ],
        near=[_near(named, place) for place in _nearest(desk, pair, now)] if now else [],
        others=_others(session, desk, named, now, actor) if now else [],
        given=given or {},
        errors=errors or {},
    )


def addition(
    session: Session, actor: Actor, mission: MissionCopy, given: Mapping[str, str], errors: Mapping[str, str]
) -> str:
    """Render the form for a new meeting: a guest, a host, a time and a table."""
    sides = missions.sides(session, mission.id, actor.doing(Deed.MEETINGS_READ))
    named = Named.of(session, mission, sides, actor)
    listed = sorted(sides, key=lambda id_: (named.names[id_].casefold(), str(id_)))
    people = {
        side: [{"value": str(id_), "label": named.names[id_]} for id_ in listed if sides[id_] == side]
        for side in ("guest", "host")
    }
    now = clock.now(session)
    ahead = [slot for slot in mission.slots if datetime.fromisoformat(slot["starts_at"]) > now]
    return render_template(
        "matching/addition.html",
        frame=_frame(session, mission, say(_("New meeting"))),
        mission=mission,
        people=people,
        times=[{"value": slot["id"], "label": _time(named, slot["id"])} for slot in ahead],
        tables=_all_tables(mission),
        given=dict(given)
        | {name: given[old] for name, old in (("to_slot", "slot"), ("to_table", "table")) if old in given},
        errors=errors,
    )


def places(session: Session, actor: Actor, mission: MissionCopy, meeting_id: UUID) -> dict[str, Any]:
    """Tell the board's script of each cell of a part why a meeting cannot be there; raises MeetingNotFoundError."""
    desk = drafts.desk_for(session, mission.id, actor)
    pair = _pair(desk, meeting_id)
    now = desk.draft.meetings.get(pair)
    shown = next((part.ids for part in parts(mission) if str(part.number) == request.args.get("part")), None)
    rows = [row for row in alternatives.rows(desk.draft.places, pair) if shown is None or row.slot.id in shown]
    at_cells = [refusal for row in rows for refused in row.tables.values() for refusal in refused]
    teller, _whys = _told(session, desk, rows, at_cells, actor)
    named = Named.of(session, mission, (), actor)
    fixed = _pinned(desk, pair)
    near = [] if fixed or now is None else _nearest(desk, pair, now)
    return {
        "all": fixed,
        "rows": {
            row.slot.id: {
                "why": teller.line(drafts.whys(desk, row.refusals)),
                "columns": {
                    table: teller.line(drafts.whys(desk, found)) for table, found in row.tables.items() if found
                },
            }
            for row in rows
        },
        "near": [[place.slot_id, place.table_id, named.place(place.slot_id, place.table_id)] for place in near],
    }


def _told(
    session: Session, desk: Desk, rows: Sequence[Row], also: Iterable[Refusal], actor: Actor
) -> tuple[PlaceTeller, dict[str, list[Any]]]:
    """Say why slots are refused: what forbids them, else their tables; the teller can say other refusals, too."""
    found: dict[str, list[Refusal]] = {}
    for row in rows:
        at_tables = {refusal.code: refusal for refused in row.tables.values() for refusal in refused}
        none_left = [Refusal(code=Refused.NO_TABLE_LEFT)] if Refused.TABLE_TAKEN in at_tables else []
        others = [refusal for code, refusal in at_tables.items() if code != Refused.TABLE_TAKEN]
        found[row.slot.id] = list(row.refusals) or [*none_left, *others] or [Refusal(code=Refused.TABLE_SHUT)]
    whys = {slot_id: drafts.whys(desk, refused) for slot_id, refused in found.items()}
    every = [*drafts.whys(desk, also), *(why for told in whys.values() for why in told)]
    return PlaceTeller.of(session, desk.mission, every, actor), whys


def form_again(
    session: Session,
    actor: Actor,
    mission: MissionCopy,
    deed: str,
    given: Mapping[str, str],
    errors: Mapping[str, str],
) -> str:
    """Render the page of a form whose fields are wrong, with what was typed."""
    if deed == "add":
        return addition(session, actor, mission, given, errors)
    try:
        meeting_id = UUID(given.get("meeting_id", ""))
    except ValueError as error:
        raise MeetingNotFoundError(_("There is no meeting %(id)s."), id=given.get("meeting_id", "")[:40]) from error
    return meeting(session, actor, mission, meeting_id, given, errors)


def _frame(session: Session, mission: MissionCopy, title: str) -> Any:
    return layout.of_mission(mission, title, "timetable", clock.now(session))


def _pair(desk: Desk, meeting_id: UUID) -> Pair:
    pair = desk.pairs.get(meeting_id)
    if pair is None:
        raise MeetingNotFoundError(_("There is no meeting %(id)s."), id=meeting_id)
    return pair


def _pinned(desk: Desk, pair: Pair) -> str:
    """Say why a meeting cannot be moved at all."""
    if pair in desk.draft.begun:
        return say(_("The meeting is running or over: it cannot be changed."))
    return say(_("The meeting is locked: unlock it first.")) if pair in desk.draft.locked else ""


def _all_tables(mission: MissionCopy) -> list[dict[str, str]]:
    """List the tables of a hall for a choice; the first entry leaves it open."""
    names = sorted({table for slot in mission.slots for table in slot["tables"]}, key=natural_order)
    return [{"value": "", "label": say(_("Any that is free"))}, *({"value": name, "label": name} for name in names)]


def _tables(row: Row) -> list[str]:
    """List the tables of a slot that are free for the pair."""
    return [] if row.refusals else [table for table, refused in row.tables.items() if not refused]


def _choice(named: Named, row: Row) -> dict[str, str]:
    text = say(_("%(time)s, free tables: %(count)s"))
    return {"value": row.slot.id, "label": text % {"time": _time(named, row.slot.id), "count": len(_tables(row))}}


def _time(named: Named, slot_id: str) -> str:
    at, language, zone = datetime.fromisoformat(named.starts[slot_id]), languages.of_request(), named.mission.timezone
    day = formats.sentence(formats.local_date(at, zone, language=language))
    return f"{day}, {formats.local_time(at, zone, language=language)}"


def _nearest(desk: Desk, pair: Pair, now: Placed | None) -> Iterable[Placed]:
    if now is None or _pinned(desk, pair):
        return ()
    wish = Wish(pair=pair, slot_id=now.slot_id, now=now)
    found = alternatives.nearest(desk.draft.places, wish)
    return [place for place in found if (place.slot_id, place.table_id) != (now.slot_id, now.table_id)]


def _near(named: Named, place: Placed) -> dict[str, str]:
    return {"slot": place.slot_id, "table": place.table_id, "label": named.place(place.slot_id, place.table_id)}


def _others(session: Session, desk: Desk, named: Named, now: Placed, actor: Actor) -> list[dict[str, str]]:
    """List the meetings of the same part with which a meeting could be exchanged."""
    part = next((part for part in parts(desk.mission) if now.slot_id in part.ids), None)
    edits = boards.edits_of(session, desk.mission.id, actor)
    ids = part.ids if part else []
    lines = boards.sheet(session, desk.mission, ids, edits, actor).of(ids)
    moment = clock.now(session)
    able = [
        line
        for line in lines
        if not line["is_locked"]
        and line["starts_at"] > moment
        and (line["slot"], line["table"]) != (now.slot_id, now.table_id)
    ]
    names = Named.of(session, desk.mission, boards.organisations(able), actor)
    able.sort(key=lambda line: (line["starts_at"], len(line["table"]), line["table"]))
    return [
        {
            "value": draft_forms.OTHER.join((line["meeting_id"], line["slot"], line["table"])),
            "label": f"{_clock(named, line)}, {line['table']}: {names.pair(line['guest_id'], line['host_id'])}",
        }
        for line in able
    ]


def _clock(named: Named, line: Mapping[str, Any]) -> str:
    return formats.local_time(line["starts_at"], named.mission.timezone, language=languages.of_request())
