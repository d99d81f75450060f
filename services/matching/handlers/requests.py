"""Requests and proposed times.

Meeting requests: asked, answered, taken back, given up.

Another time for a meeting that was asked for: whoever was asked proposes it, the asker agrees, and it is placed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts import matching as events
from matching import event_fields, lookups
from matching.commands import AskForMeeting, ProposeTime
from matching.errors import NothingProposedError, RequestNotFoundError, RequestOpenError, TimeNotFreeError
from matching.handlers import versions
from matching.handlers.timetable import drafts
from matching.models import DraftEdit, Inputs, MeetingRequest, MissionCopy
from matching.models.requests import RequestStatus, open_key
from matching.queries.copies import participants
from matching.queries.draft_state import Desk, published_desk
from matching.timetabling.manual import alternatives
from matching.timetabling.manual.alternatives import Wish
from matching.timetabling.manual.edits import Change, Edit, EditKind
from servicekit import identifiers
from servicekit.auth.actors import Actor
from servicekit.bus import outbox
from servicekit.data import clock
from servicekit.telemetry import audit_log
from servicekit.texts.languages import noop as _

BATCH = 200
"""Requests that one tick gives up: each is an event."""


def ask_for_meeting(session: Session, command: AskForMeeting, actor: Actor) -> MeetingRequest:
    """Note a wish to meet and tell the other side.

    Avoid-lists do not speak here, so that nobody learns from a refusal who is on them: the timetable heeds them.

    Raises:
        MissionNotFoundError, MissionElsewhereError: the mission is not ours to decide about.
        ForbiddenError: the actor does not speak for the one that asks.
        StrangerError: one of the two has nothing to do with the mission.
        NotParticipantError: one of the two is not admitted.
        SameSideError: both are guests, or both hosts.
        RequestOpenError: the pair has a request that is pending or accepted.

    """
    mission = lookups.own_mission(session, command.mission_id, actor)
    lookups.act_for(session, actor, mission.id, command.from_organisation_id)
    versions.locked(session, mission.id)
    lookups.check_ends(session, mission.id, command.from_organisation_id, command.to_organisation_id)
    request = _new(session, mission, command)
    _check_alone(session, request)
    session.add(request)
    audit_log.note(session, request, is_new=True)
    tell(session, request, events.MeetingRequestSent)
    return request


def accept_request(session: Session, request_id: UUID, actor: Actor) -> MeetingRequest:
    """Let the other side agree; raise RequestNotFoundError, ForbiddenError or RequestAnsweredError."""
    request = found(session, request_id, actor, "to_organisation_id")
    return settle(session, request, MeetingRequest.accept, events.MeetingRequestAccepted)


def decline_request(session: Session, request_id: UUID, actor: Actor, *, reason: str = "") -> MeetingRequest:
    """Let the other side refuse, for a reason if it says one.

    Raises:
        RequestNotFoundError, ForbiddenError, RequestAnsweredError: there is none for the actor to refuse.

    """
    request = found(session, request_id, actor, "to_organisation_id")
    return settle(session, request, partial(MeetingRequest.decline, reason=reason), events.MeetingRequestDeclined)


def withdraw_request(session: Session, request_id: UUID, actor: Actor) -> MeetingRequest:
    """Take a wish back; raise RequestNotFoundError, ForbiddenError or RequestAnsweredError."""
    request = found(session, request_id, actor, "from_organisation_id")
    return settle(session, request, MeetingRequest.withdraw, events.MeetingRequestWithdrawn)


def expire_requests(session: Session, now: datetime, actor: Actor) -> bool:
    """Give up what nobody answered in time; tell whether there may be more of that."""
    due = select(MeetingRequest).where(MeetingRequest.status == RequestStatus.PENDING, MeetingRequest.expires_at <= now)
    requests = session.scalars(due.order_by(MeetingRequest.expires_at).limit(BATCH).with_for_update()).all()
    for request in requests:
        request.expire(now)
        tell(session, request, events.MeetingRequestExpired)
    return len(requests) == BATCH


def _check_alone(session: Session, request: MeetingRequest) -> None:
    standing = session.scalar(select(MeetingRequest).where(MeetingRequest.open_key == request.open_key))
    if standing is not None:
        raise RequestOpenError(id=standing.id, status=standing.status)


def _new(session: Session, mission: MissionCopy, command: AskForMeeting) -> MeetingRequest:
    now = clock.now(session)
    return MeetingRequest(
        id=identifiers.fresh(),
        home=mission.home,
        version=0,
        mission_id=mission.id,
        from_organisation_id=command.from_organisation_id,
        to_organisation_id=command.to_organisation_id,
        message=command.message,
        reason="",
        status=RequestStatus.PENDING,
        open_key=open_key(mission.id, command.from_organisation_id, command.to_organisation_id),
        created_at=now,
        expires_at=now + timedelta(days=lookups.rules_for(session, mission).request_expires_days),
    )


def found(session: Session, request_id: UUID, actor: Actor, end: str) -> MeetingRequest:
    """Return a wish, locked, for whoever speaks for that end of it."""
    absent = RequestNotFoundError(_("There is no meeting request %(id)s."), id=request_id)
    request = lookups.find(session, MeetingRequest, request_id, actor, absent, locked=True)
    lookups.act_for(session, actor, request.mission_id, getattr(request, end))
    return request


def settle(
    session: Session,
    request: MeetingRequest,
    answer: Callable[[MeetingRequest, datetime], None],
    event: type[events.MeetingRequestState],
) -> MeetingRequest:
    """Let an answer settle a wish that is locked, and tell of it."""
    answer(request, clock.now(session))
    versions.touch(session, request.mission_id)
    tell(session, request, event)
    return request


def tell(session: Session, request: MeetingRequest, event: type[events.MeetingRequestState]) -> None:
    """Record the state of a wish."""
    outbox.record(session, request, state_of(session, request, event))


def state_of(
    session: Session, request: MeetingRequest, event: type[events.MeetingRequestState]
) -> events.MeetingRequestState:
    """Tell of a wish as it now is."""
    return event(
        request_id=request.id,
        mission_id=request.mission_id,
        from_organisation_id=request.from_organisation_id,
        to_organisation_id=request.to_organisation_id,
        message=request.message,
        status=request.status,
        reason=request.reason,
        **_proposed(session, request),
        **event_fields.named(request, request.from_organisation_id, "from_"),
        **event_fields.named(request, request.to_organisation_id, "to_"),
    )


def _proposed(session: Session, request: MeetingRequest) -> dict[str, Any]:
    """Tell which time is proposed, as far as the programme still has the slot."""
    mission = session.get(MissionCopy, request.mission_id)
    slot = next((slot for slot in mission.slots if slot["id"] == request.proposed_slot), None) if mission else None
    if slot is None:
        return {}
    return {f"proposed_{name}": datetime.fromisoformat(slot[name]) for name in ("starts_at", "ends_at")}


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
    desk = published_desk(session, mission, lookups.rules_for(session, mission))
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
    request = found(session, command.request_id, actor, "to_organisation_id")
    request.propose(command.slot)
    if command.slot not in {time.slot for time in free_times(session, request, actor)}:
        raise TimeNotFreeError(slot=command.slot)
    tell(session, request, events.MeetingRequestTimeProposed)
    return request


def accept_time(session: Session, request_id: UUID, actor: Actor) -> MeetingRequest:
    """Let the asker agree to the proposed time: the meeting is in the timetable at once, and nobody else moves.

    Raises:
        RequestNotFoundError, ForbiddenError, RequestAnsweredError: there is none for the actor to answer.
        NothingProposedError: no time is proposed.
        TimeNotFreeError: the slot was taken meanwhile.

    """
    request = found(session, request_id, actor, "from_organisation_id")
    if request.proposed_slot is None:
        raise NothingProposedError(id=request.id)
    mission = lookups.own_mission(session, request.mission_id, actor)
    versions.locked(session, mission.id)
    session.refresh(mission)  # as it is now that nobody else changes it
    settle(session, request, MeetingRequest.accept_time, events.MeetingRequestAccepted)
    session.flush()
    desk = published_desk(session, mission, lookups.rules_for(session, mission))
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
