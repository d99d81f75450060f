"""Meeting requests."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.matrix import Deed
from matching import lookups
from matching.commands import AskForMeeting, ProposeTime
from matching.errors import RequestNotFoundError
from matching.handlers import requests
from matching.models import MeetingRequest
from matching.schemas.requests import (
    AskForMeetingSchema,
    FreeTimesSchema,
    MeetingRequestArguments,
    MeetingRequestSchema,
    ProposeTimeSchema,
    RefusalSchema,
)
from matching.scope import SCOPE
from servicekit.auth.actors import Actor
from servicekit.texts.languages import noop as _
from servicekit.web import paging
from servicekit.web.endpoints import ApiBlueprint, reads, writes

blueprint = ApiBlueprint(
    "meeting_requests", __name__, url_prefix="/v1/meeting-requests", description="Wishes to meet and their answers."
)


@blueprint.post("")
@writes(Deed.REQUESTS_WRITE, creates=True)
@blueprint.arguments(AskForMeetingSchema)
@blueprint.response(201, MeetingRequestSchema)
def ask(body: dict[str, Any], session: Session, actor: Actor) -> MeetingRequest:
    """Ask for a meeting."""
    return requests.ask_for_meeting(session, AskForMeeting(**body), actor)


@blueprint.get("")
@reads(Deed.MEETINGS_READ)
@blueprint.arguments(MeetingRequestArguments, location="query")
@blueprint.response(200, paging.page_of(MeetingRequestSchema))
def read_requests(query: dict[str, Any], session: Session, actor: Actor) -> paging.Page:
    """List requests, of a mission and in a state where these are given."""
    wanted = {name: query[name] for name in ("mission_id", "status") if query[name] is not None}
    mine = select(MeetingRequest).where(SCOPE.rows(actor, MeetingRequest)).filter_by(**wanted)
    return paging.page(session, mine, MeetingRequest.id, query)


@blueprint.post("/<uuid:request_id>/acceptance")
@writes(Deed.REQUESTS_WRITE)
@blueprint.response(200, MeetingRequestSchema)
def accept(session: Session, actor: Actor, request_id: UUID) -> MeetingRequest:
    """Agree to meet."""
    return requests.accept_request(session, request_id, actor)


@blueprint.post("/<uuid:request_id>/refusal")
@writes(Deed.REQUESTS_WRITE)
@blueprint.arguments(RefusalSchema)
@blueprint.response(200, MeetingRequestSchema)
def decline(body: dict[str, Any], session: Session, actor: Actor, request_id: UUID) -> MeetingRequest:
    """Refuse to meet, for a reason that the asker reads."""
    return requests.decline_request(session, request_id, actor, **body)


@blueprint.get("/<uuid:request_id>/free-times")
@reads(Deed.REQUESTS_WRITE)
@blueprint.response(200, FreeTimesSchema)
def read_free_times(session: Session, actor: Actor, request_id: UUID) -> dict[str, Any]:
    """List when the two could still meet, by the published timetable; nothing before there is one."""
    absent = RequestNotFoundError(_("There is no meeting request %(id)s."), id=request_id)
    request = lookups.find(session, MeetingRequest, request_id, actor, absent)
    return {"items": requests.free_times(session, request, actor)}


@blueprint.post("/<uuid:request_id>/proposal")
@writes(Deed.REQUESTS_WRITE)
@blueprint.arguments(ProposeTimeSchema)
@blueprint.response(200, MeetingRequestSchema)
def propose(body: dict[str, Any], session: Session, actor: Actor, request_id: UUID) -> MeetingRequest:
    """Propose a time instead of an answer; then it is for the asker to agree."""
    return requests.propose_time(session, ProposeTime(request_id=request_id, **body), actor)


@blueprint.post("/<uuid:request_id>/proposal/acceptance")
@writes(Deed.REQUESTS_WRITE)
@blueprint.response(200, MeetingRequestSchema)
def accept_proposal(session: Session, actor: Actor, request_id: UUID) -> MeetingRequest:
    """Agree to the proposed time: the meeting is in the timetable at once, and nobody else moves."""
    return requests.accept_time(session, request_id, actor)


@blueprint.post("/<uuid:request_id>/withdrawal")
@writes(Deed.REQUESTS_WRITE)
@blueprint.response(200, MeetingRequestSchema)
def withdraw(session: Session, actor: Actor, request_id: UUID) -> MeetingRequest:
    """Take a request back."""
    return requests.withdraw_request(session, request_id, actor)
