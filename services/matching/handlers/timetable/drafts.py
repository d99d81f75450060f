"""Edit, preview and publish the draft.

Change the draft of a timetable: each edit is held against the draft as it now is, under the mission's lock.

Publish the draft of a timetable: all of its edits at once, or none.

What publishing would do, told before it is done: what changes, and who will be told.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from matching import lookups
from matching.commands import AddMeeting, MoveMeeting, PinMeeting, RemoveMeeting, Seen, SwapMeetings, Where
from matching.errors import (
    EditNotFoundError,
    MeetingElsewhereError,
    MeetingNotFoundError,
    NoTimetableError,
    PlaceRefusedError,
    RunNotFoundError,
    UndoRefusedError,
)
from matching.handlers import itineraries, versions
from matching.handlers.timetable import publication
from matching.handlers.timetable.plans import Plan, meetings_of, planned
from matching.handlers.timetable.publication import Outcome
from matching.handlers.timetable.solutions import place_of, result_of
from matching.models import DraftEdit, Inputs, Meeting, MissionCopy, TimetableDraft, TimetableRun, TimetableVersion
from matching.models.timetable import Cause
from matching.queries import drafts
from matching.queries.draft_state import Desk, desk_of, facts_now
from matching.queries.drafts import desk_for
from matching.queries.solver_input import Facts
from matching.timetabling.manual import alternatives
from matching.timetabling.manual.alternatives import Wish
from matching.timetabling.manual.conflicts import Refusal
from matching.timetabling.manual.edits import Change, Edit, EditKind
from matching.timetabling.model import unplaced_reasons
from matching.timetabling.model.objective_values import breaks
from matching.timetabling.model.placement import in_order
from matching.timetabling.model.problem import value_of
from matching.timetabling.model.timetable import Pair, Placed, Timetable
from servicekit import identifiers
from servicekit.auth.actors import Actor
from servicekit.data import clock
from servicekit.data.tables import insert_new
from servicekit.problems import Why
from servicekit.telemetry import audit_log
from servicekit.texts.languages import noop as _


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
    lookups.check_guest_and_host(session, command.mission_id, command.guest_id, command.host_id)
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
    rules = lookups.rules_for(session, desk.mission)
    rest = desk_of(session, desk.mission, rules, without=edit_id, is_whole=False)
    lost = [id_ for id_ in rest.draft.refused if id_ not in desk.draft.refused]
    if lost:
        problem = UndoRefusedError(edits=", ".join(map(str, lost)))
        problem.reasons = [why for id_ in lost for why in drafts.whys(rest, rest.draft.refused[id_])]
        raise problem
    session.delete(row)
    session.get_one(TimetableDraft, mission_id).version += 1


def opened(session: Session, mission_id: UUID, actor: Actor, *, is_whole: bool = False) -> Desk:
    """Lock the draft of a mission and lay it out, if asked with all that a publication needs.

    Raises:
        MissionNotFoundError, MissionElsewhereError: the mission is not ours to decide about.
        NoTimetableError: nothing is published yet.

    """
    mission = lookups.own_mission(session, mission_id, actor)
    if versions.locked(session, mission_id).timetable_number == 0:
        raise NoTimetableError
    session.refresh(mission)  # as it is now that nobody else changes it
    new = {"mission_id": mission_id, "version": 0, "sequence": 0}
    insert_new(session, TimetableDraft.__table__, [new])  # type: ignore[arg-type]  # a mapped class has a Table
    return desk_of(session, mission, lookups.rules_for(session, mission), locked=True, is_whole=is_whole)


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
    audit_log.note(session, row, is_new=True)
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
    return drafts.whys(desk, dict.fromkeys(refused))


def publish_draft(session: Session, mission_id: UUID, seen: int, actor: Actor) -> TimetableVersion:
    """Make the draft the mission's timetable, and begin an empty one.

    Raises:
        MissionNotFoundError, MissionElsewhereError: the mission is not ours to decide about.
        NoTimetableError: nothing is published yet.
        DraftAnotherError, DraftEmptyError, DraftConflictsError: the draft is not what may be published.

    """
    desk = opened(session, mission_id, actor, is_whole=True)
    draft = session.get_one(TimetableDraft, mission_id)
    conflicts = len(desk.draft.refused) + len(desk.stranded)
    draft.check_ready(seen, edits=len(desk.rows), conflicts=conflicts)
    version = publish_edits(session, desk, desk.rows, actor)
    session.execute(delete(DraftEdit).where(DraftEdit.mission_id == mission_id))
    draft.version += 1
    return version


def publish_edits(session: Session, desk: Desk, rows: Iterable[DraftEdit], actor: Actor) -> TimetableVersion:
    """Make what a desk shows the mission's timetable, and remember by which edits; the caller has locked it."""
    result = result_of_draft(desk)
    outcome = Outcome(
        mission_id=desk.mission.id,
        cause=Cause.BY_HAND,
        value=result["value"],
        bound=_bound(desk, result["value"]),
        proven=False,
        seconds=0.0,
        result=result,
        published_by=actor.id[:64],
        edits=tuple(row.document() for row in rows),
    )
    version = publication.publish_outcome(session, outcome, versions.locked(session, desk.mission.id))
    _call_off(session, desk)
    return version


def result_of_draft(desk: Desk) -> dict[str, Any]:
    """Write the draft as runs write their solutions."""
    problem, draft = desk.facts.problem, desk.draft
    known = [meeting for meeting in draft.meetings.values() if meeting.slot_id in problem.slot_by_id]
    removed = _removed(desk)
    found = Timetable(
        meetings=in_order(problem, known),
        value=value_of(problem, known),
        bound=0,
        proven=False,
        unplaced=unplaced_reasons.unplaced(problem, (*known, *removed.values())),
        seconds=0.0,
    )
    said = {pair: row.reason for row in desk.rows for pair in row.pairs if row.reason}
    gone = [desk.ends(pair) for pair in removed]
    return result_of(desk.facts, found, found.unplaced, (), found.meetings) | {
        "dropped": [_named(ends) | {"reason": said.get(ends, "")} for ends in gone],
        "pinned": [_named(desk.ends(pair)) for pair in draft.locked - draft.begun],
        "unpinned": [_named(desk.ends(pair)) for pair in desk.base.locked - draft.locked - set(removed)],
    }


def _removed(desk: Desk) -> dict[Pair, Placed]:
    """Return the published meetings that the draft has no more, where they were."""
    return {pair: meeting for pair, meeting in desk.base.meetings.items() if pair not in desk.draft.meetings}


def _bound(desk: Desk, value: int) -> int:
    """Give a value that no timetable of the mission exceeds, as far as it is known without a search."""
    from matching.timetabling.exact.solve import flow_bound  # noqa: PLC0415  loads OR-tools when first used

    begun = tuple(m for pair, m in desk.draft.meetings.items() if pair in desk.draft.begun)
    known = tuple(meeting for meeting in begun if meeting.slot_id in desk.facts.problem.slot_by_id)
    return max(value, flow_bound(desk.facts.problem.holding(known)))


def _call_off(session: Session, desk: Desk) -> None:
    """Let no later timetable bring back what was removed by hand; what was added by hand may come back."""
    removed = {desk.ends(pair) for pair in _removed(desk)}
    added = {desk.ends(pair) for pair in desk.draft.meetings if pair not in desk.base.meetings}
    for meeting in session.scalars(select(Meeting).where(Meeting.mission_id == desk.mission.id)):
        if meeting.pair in removed | added:
            meeting.is_called_off = meeting.pair in removed


def _named(ends: tuple[UUID, UUID]) -> dict[str, str]:
    return {"guest_id": str(ends[0]), "host_id": str(ends[1])}


def preview_of_draft(session: Session, mission_id: UUID, actor: Actor) -> dict[str, Any]:
    """Tell what publishing the draft would do; edits that cannot be made any more are left out of it."""
    desk = desk_for(session, mission_id, actor, is_whole=True)
    told = _preview(session, desk.mission, desk.facts, result_of_draft(desk))
    return told | {"version": desk.version, "conflicts": len(desk.draft.refused) + len(desk.stranded)}


def preview_of_run(session: Session, run_id: UUID, actor: Actor) -> dict[str, Any]:
    """Tell what publishing a solved run would do.

    `is_current` says whether the solution still holds: where facts have changed since, it is looked for anew first.

    Raises:
        RunNotFoundError: there is none of that id.
        RunUnsolvedError: it has no solution.

    """
    absent = RunNotFoundError(_("There is no timetable run %(id)s."), id=run_id)
    run = lookups.find(session, TimetableRun, run_id, actor, absent)
    run.check_solved()
    assert run.result is not None
    mission, counters = session.get_one(MissionCopy, run.mission_id), session.get_one(Inputs, run.mission_id)
    facts = facts_now(session, mission, lookups.rules_for(session, mission))
    is_current = counters.timetable_version == run.inputs_version
    return _preview(session, mission, facts, run.result) | {"cause": run.cause, "is_current": is_current}


def _preview(session: Session, mission: MissionCopy, facts: Facts, result: Mapping[str, Any]) -> dict[str, Any]:
    meetings = meetings_of(session, mission.id)
    plan = planned(mission.id, result, meetings)
    afterwards = plan.afterwards(mission.id, meetings)
    carried = itineraries.carried(session, mission, afterwards)
    concerned = plan.organisations.union(*(meeting.pair for meeting in carried))
    organisations = itineraries.who_is_told(session, mission, concerned, afterwards)
    people = _people(plan, set(organisations)).union(*((m.guest_person_id, m.host_person_id) for m in carried))
    return {
        "mission_id": mission.id,
        "changes": plan.changes(),
        "told": {"organisations": organisations, "people": sorted(people, key=str)},
        "before": _figures(facts, meetings.values()),
        "after": _figures(facts, afterwards),
    }


def _people(plan: Plan, organisations: set[UUID]) -> set[UUID]:
    """Return the delegates of those who are told whose own day changes."""
    places = [(step.pair, place) for step in plan.steps for place in (step.before, step.after) if place]
    sides = (("guest_person_id", 0), ("host_person_id", 1))
    return {place[name] for pair, place in places for name, end in sides if pair[end] in organisations}


def _figures(facts: Facts, meetings: Iterable[Meeting]) -> dict[str, int]:
    standing = [facts.placed(meeting) for meeting in meetings if meeting.stands or meeting.is_over]
    return {
        "meetings": len(standing),
        "value": value_of(facts.problem, standing),
        "breaks": breaks(facts.problem, standing),
    }
