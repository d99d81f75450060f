"""Meeting requests: asked, answered, taken back, given up."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts import matching as events
from matching import loading, telling
from matching.commands import AskForMeeting
from matching.errors import RequestNotFoundError, RequestOpenError
from matching.handlers import inputs
from matching.models import MeetingRequest, MissionCopy
from matching.models.requests import RequestStatus, open_key
from servicekit import clock, identifiers, journal, outbox
from servicekit.auth import Actor
from servicekit.languages import noop as _

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
    mission = loading.own_mission(session, command.mission_id, actor)
    loading.act_for(session, actor, mission.id, command.from_organisation_id)
    inputs.locked(session, mission.id)
    loading.check_ends(session, mission.id, command.from_organisation_id, command.to_organisation_id)
    request = _new(session, mission, command)
    _check_alone(session, request)
    session.add(request)
    journal.note(session, request, is_new=True)
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
        expires_at=now + timedelta(days=loading.rules_for(session, mission).request_expires_days),
    )


def found(session: Session, request_id: UUID, actor: Actor, end: str) -> MeetingRequest:
    """Return a wish, locked, for whoever speaks for that end of it."""
    absent = RequestNotFoundError(_("There is no meeting request %(id)s."), id=request_id)
    request = loading.find(session, MeetingRequest, request_id, actor, absent, locked=True)
    loading.act_for(session, actor, request.mission_id, getattr(request, end))
    return request


def settle(
    session: Session,
    request: MeetingRequest,
    answer: Callable[[MeetingRequest, datetime], None],
    event: type[events.MeetingRequestState],
) -> MeetingRequest:
    """Let an answer settle a wish that is locked, and tell of it."""
    answer(request, clock.now(session))
    inputs.touch(session, request.mission_id)
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
        **telling.named(request, request.from_organisation_id, "from_"),
        **telling.named(request, request.to_organisation_id, "to_"),
    )


def _proposed(session: Session, request: MeetingRequest) -> dict[str, Any]:
    """Tell which time is proposed, as far as the programme still has the slot."""
    mission = session.get(MissionCopy, request.mission_id)
    slot = next((slot for slot in mission.slots if slot["id"] == request.proposed_slot), None) if mission else None
    if slot is None:
        return {}
    return {f"proposed_{name}": datetime.fromisoformat(slot[name]) for name in ("starts_at", "ends_at")}
