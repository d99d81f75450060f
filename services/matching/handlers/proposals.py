"""Another time for a meeting that was asked for: whoever was asked proposes it, the asker agrees, and it is placed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from contracts import matching as events
from matching import loading
from matching.commands import ProposeTime
from matching.errors import NothingProposedError, TimeNotFreeError
from matching.handlers import drafts, inputs, requests
from matching.models import DraftEdit, Inputs, MeetingRequest, MissionCopy
from matching.queries.copies import participants
from matching.queries.desks import Desk, published_desk
from matching.timetabling.manual import alternatives
from matching.timetabling.manual.alternatives import Wish
from matching.timetabling.manual.edits import Change, Edit, EditKind
from servicekit import clock, identifiers
from servicekit.auth import Actor


@dataclass(frozen=True, kw_only=True)
class FreeTime:
    """A slot in which both sides of a request and a table are free."""

    slot: str
    starts_at: datetime
    ends_at: datetime


def free_times(session: Session, request: MeetingRequest, actor: Actor) -> list[FreeTime]:
    """Return when the two of a request could still meet, by the published timetable; nothing before there is one."""
    mission = session.get_one(MissionCopy, request.mission_id)
    if not _is_published(session, mission):
        return []
    desk = published_desk(session, mission, loading.rules_for(session, mission))
    pair = desk.alias(_ends(session, request))
    if pair in desk.draft.meetings:
        return []
    found = (row for row in alternatives.rows(desk.draft.places, pair) if not row.refusals)
    free = [row.slot for row in found if any(not refusals for refusals in row.tables.values())]
    return [FreeTime(slot=slot.id, starts_at=slot.starts_at, ends_at=slot.ends_at) for slot in free]


def propose_time(session: Session, command: ProposeTime, actor: Actor) -> MeetingRequest:
    """Let whoever was asked name a slot; it is for the asker to agree, and nothing is held until then.

    Raises:
        RequestNotFoundError, ForbiddenError, RequestAnsweredError: there is none for the actor to answer.
        TimeNotFreeError: the two cannot meet in that slot.

    """
    request = requests.found(session, command.request_id, actor, "to_organisation_id")
    request.propose(command.slot)
    if command.slot not in {time.slot for time in free_times(session, request, actor)}:
        raise TimeNotFreeError(slot=command.slot)
    requests.tell(session, request, events.MeetingRequestTimeProposed)
    return request


def accept_time(session: Session, request_id: UUID, actor: Actor) -> MeetingRequest:
    """Let the asker agree to the proposed time: the meeting is in the timetable at once, and nobody else moves.

    Raises:
        RequestNotFoundError, ForbiddenError, RequestAnsweredError: there is none for the actor to answer.
        NothingProposedError: no time is proposed.
        TimeNotFreeError: the slot was taken meanwhile.

    """
    request = requests.found(session, request_id, actor, "from_organisation_id")
    if request.proposed_slot is None:
        raise NothingProposedError(id=request.id)
    mission = loading.own_mission(session, request.mission_id, actor)
    inputs.locked(session, mission.id)
    session.refresh(mission)  # as it is now that nobody else changes it
    requests.settle(session, request, MeetingRequest.accept_time, events.MeetingRequestAccepted)
    session.flush()
    desk = published_desk(session, mission, loading.rules_for(session, mission))
    drafts.publish_edits(session, desk, [_placed(session, desk, request, actor)], actor)
    return request


def _placed(session: Session, desk: Desk, request: MeetingRequest, actor: Actor) -> DraftEdit:
    """Add the meeting at its time to what is published; return the edit that did it."""
    slot, pair = request.proposed_slot or "", desk.alias(_ends(session, request))
    cell = alternatives.found(desk.draft.places, Wish(pair=pair, slot_id=slot))
    change = Change(pair=pair, before=None, after=cell.place)
    edit = Edit(id=identifiers.fresh(), kind=EditKind.ADD, changes=(change,))
    if cell.refusals or desk.draft.unlike(edit) or desk.draft.make(edit):
        raise TimeNotFreeError(slot=slot)
    return DraftEdit(
        id=edit.id,
        mission_id=desk.mission.id,
        sequence=0,
        kind=edit.kind,
        changes=[desk.change_of(change)],
        reason="",
        made_at=clock.now(session),
        made_by=actor.id[:64],
    )


def _is_published(session: Session, mission: MissionCopy) -> bool:
    counters = session.get(Inputs, mission.id)
    return counters is not None and counters.timetable_number > 0


def _ends(session: Session, request: MeetingRequest) -> tuple[UUID, UUID]:
    """Return the guest and the host of a request, whoever of them asked."""
    sides = {row.organisation_id: row.side for row in participants(session, request.mission_id, request.pair)}
    guest, host = sorted(request.pair, key=lambda id_: sides.get(id_) != "guest")
    return guest, host
