"""Change the draft of a timetable: each edit is held against the draft as it now is, under the mission's lock."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from matching import loading, refusals
from matching.commands import AddMeeting, MoveMeeting, PinMeeting, RemoveMeeting, Seen, SwapMeetings, Where
from matching.draft_errors import (
    EditNotFoundError,
    MeetingElsewhereError,
    NoTimetableError,
    PlaceRefusedError,
    UndoRefusedError,
)
from matching.errors import MeetingNotFoundError
from matching.handlers import inputs
from matching.handlers.solutions import place_of
from matching.models import DraftEdit, TimetableDraft
from matching.queries.desks import Desk, desk_of
from matching.timetabling.manual import alternatives
from matching.timetabling.manual.alternatives import Wish
from matching.timetabling.manual.conflicts import Refusal
from matching.timetabling.manual.edits import Change, Edit, EditKind
from matching.timetabling.model.timetable import Pair, Placed
from servicekit import clock, identifiers, journal
from servicekit.auth import Actor
from servicekit.inserts import insert_new
from servicekit.languages import noop as _
from servicekit.problems import Why


def move_meeting(session: Session, command: MoveMeeting, actor: Actor) -> DraftEdit:
    """Give a meeting another slot, table or people.

    Raises:
        MeetingNotFoundError, MeetingElsewhereError: it is not where the editor saw it.
        PlaceRefusedError: it cannot be there; with the reasons and the nearest free places.

    """
    desk = opened(session, command.mission_id, actor)
    before = _seen(desk, command.seen)
    wish = _wish(desk, before.pair, command.to)
    cell = alternatives.found(desk.draft.places, wish)
    edit = _edit(EditKind.MOVE, Change(pair=before.pair, before=before, after=cell.place))
    return _made(session, desk, actor, edit, wish, cell.refusals)


def swap_meetings(session: Session, command: SwapMeetings, actor: Actor) -> DraftEdit:
    """Let two meetings exchange slot and table, each with whoever of its people fits; raises as `move_meeting` does."""
    desk = opened(session, command.mission_id, actor)
    one, other = _seen(desk, command.one), _seen(desk, command.other)
    cells, wish = alternatives.exchanged(desk.draft.places, one, other)
    changes = [Change(pair=m.pair, before=m, after=cell.place) for m, cell in zip((one, other), cells, strict=True)]
    in_the_way = [refusal for cell in cells for refusal in cell.refusals]
    return _made(session, desk, actor, _edit(EditKind.SWAP, *changes), wish, in_the_way)


def add_meeting(session: Session, command: AddMeeting, actor: Actor) -> DraftEdit:
    """Give a pair a meeting.

    Raises:
        StrangerError, NotParticipantError, SameSideError: the two are no guest and host of the mission.
        PlaceRefusedError: they cannot meet there; with the reasons and the nearest free places.

    """
    desk = opened(session, command.mission_id, actor)
    loading.check_guest_and_host(session, command.mission_id, command.guest_id, command.host_id)
    pair = desk.alias((command.guest_id, command.host_id))
    wish = _wish(desk, pair, command.to)
    cell = alternatives.found(desk.draft.places, wish)
    edit = _edit(EditKind.ADD, Change(pair=pair, before=None, after=cell.place))
    return _made(session, desk, actor, edit, wish, cell.refusals)


def remove_meeting(session: Session, command: RemoveMeeting, actor: Actor) -> DraftEdit:
    """Strike a meeting for good, once the draft is published; raises as `move_meeting` does."""
    desk = opened(session, command.mission_id, actor)
    before = _seen(desk, command.seen)
    edit = _edit(EditKind.REMOVE, Change(pair=before.pair, before=before, after=None))
    row = _made(session, desk, actor, edit)
    row.reason = command.reason
    return row


def pin_meeting(session: Session, command: PinMeeting, actor: Actor) -> DraftEdit:
    """Let a meeting stay where it is, or give it free; raises as `move_meeting` does."""
    desk = opened(session, command.mission_id, actor)
    before = _seen(desk, command.seen)
    kind = EditKind.LOCK if command.is_locked else EditKind.UNLOCK
    return _made(session, desk, actor, _edit(kind, Change(pair=before.pair, before=before, after=before)))


def undo_edit(session: Session, mission_id: UUID, edit_id: UUID, actor: Actor) -> None:
    """Take an edit back, whoever has made it.

    Raises:
        EditNotFoundError: the draft has none of that id.
        UndoRefusedError: others could not have been made without it.

    """
    desk = opened(session, mission_id, actor)
    row = next((row for row in desk.rows if row.id == edit_id), None)
    if row is None:
        raise EditNotFoundError(_("The draft has no change %(id)s."), id=edit_id)
    rules = loading.rules_for(session, desk.mission)
    rest = desk_of(session, desk.mission, rules, without=edit_id, is_whole=False)
    lost = [id_ for id_ in rest.draft.refused if id_ not in desk.draft.refused]
    if lost:
        problem = UndoRefusedError(edits=", ".join(map(str, lost)))
        problem.reasons = [why for id_ in lost for why in refusals.whys(rest, rest.draft.refused[id_])]
        raise problem
    session.delete(row)
    session.get_one(TimetableDraft, mission_id).version += 1


def opened(session: Session, mission_id: UUID, actor: Actor, *, is_whole: bool = False) -> Desk:
    """Lock the draft of a mission and lay it out, if asked with all that a publication needs.

    Raises:
        MissionNotFoundError, MissionElsewhereError: the mission is not ours to decide about.
        NoTimetableError: nothing is published yet.

    """
    mission = loading.own_mission(session, mission_id, actor)
    if inputs.locked(session, mission_id).timetable_number == 0:
        raise NoTimetableError
    session.refresh(mission)  # as it is now that nobody else changes it
    new = {"mission_id": mission_id, "version": 0, "sequence": 0}
    insert_new(session, TimetableDraft.__table__, [new])  # type: ignore[arg-type]  # a mapped class has a Table
    return desk_of(session, mission, loading.rules_for(session, mission), locked=True, is_whole=is_whole)


def _seen(desk: Desk, seen: Seen) -> Placed:
    """Return a meeting of the draft, if it is where the editor saw it."""
    pair = desk.pairs.get(seen.meeting_id)
    if pair is None:
        raise MeetingNotFoundError(_("There is no meeting %(id)s."), id=seen.meeting_id)
    now = desk.draft.meetings.get(pair)
    if now is None or (now.slot_id, now.table_id) != (seen.slot, seen.table):
        problem = MeetingElsewhereError()
        problem.current = _now(desk, pair, now)
        raise problem
    return now


def _now(desk: Desk, pair: Pair, meeting: Placed | None) -> dict[str, Any]:
    """Tell where a meeting is now, and who changed it when: in the draft, else with which timetable."""
    last = next((row for row in reversed(desk.rows) if desk.ends(pair) in row.pairs), None)
    whose = {} if last is None else {"changed_by": last.made_by, "changed_at": last.made_at.isoformat()}
    place = None if meeting is None else {"slot": meeting.slot_id, "table": meeting.table_id}
    return {"meeting_id": str(desk.meeting_id(pair)), "place": place, "timetable": desk.number} | whose


def _wish(desk: Desk, pair: Pair, to: Where) -> Wish:
    guest, host = (id_ and desk.facts.aliases.get(id_, id_) for id_ in (to.guest_person_id, to.host_person_id))
    return Wish(
        pair=pair,
        slot_id=to.slot,
        table_id=to.table,
        guest_person=guest,
        host_person=host,
        interpreter=to.interpreter,
    )


def _edit(kind: EditKind, *changes: Change) -> Edit:
    return Edit(id=identifiers.fresh(), kind=kind, changes=changes)


def _made(
    session: Session,
    desk: Desk,
    actor: Actor,
    edit: Edit,
    wish: Wish | None = None,
    in_the_way: Sequence[Refusal] = (),
) -> DraftEdit:
    """Keep an edit that can be made; it takes the place of those that could not be made on the same meetings."""
    refused = desk.draft.unlike(edit) or tuple(in_the_way) or desk.draft.make(edit)
    if refused:
        raise _refusal(desk, refused, wish)
    draft = session.get_one(TimetableDraft, desk.mission.id)
    pairs = {desk.ends(change.pair) for change in edit.changes}
    for row in desk.rows:
        if row.id in desk.draft.refused and row.pairs <= pairs:
            session.delete(row)
    draft.version, draft.sequence = draft.version + 1, draft.sequence + 1
    row = DraftEdit(
        id=edit.id,
        mission_id=desk.mission.id,
        sequence=draft.sequence,
        kind=edit.kind,
        changes=[desk.change_of(change) for change in edit.changes],
        reason="",
        made_at=clock.now(session),
        made_by=actor.id[:64],
    )
    session.add(row)
    journal.note(session, row, is_new=True)
    return row


def _refusal(desk: Desk, refused: Sequence[Refusal], wish: Wish | None) -> PlaceRefusedError:
    problem = PlaceRefusedError()
    problem.reasons = _whys(desk, refused)
    if wish is not None:
        near = alternatives.nearest(desk.draft.places, wish)
        problem.alternatives = [place_of(desk.facts, place, desk.real) for place in near]
    return problem


def _whys(desk: Desk, refused: Sequence[Refusal]) -> list[Why]:
    """Name each reason once."""
    return refusals.whys(desk, dict.fromkeys(refused))
