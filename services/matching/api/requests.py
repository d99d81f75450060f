"""Meeting requests."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.matrix import Deed
from matching.commands import AskForMeeting
from matching.handlers import requests
from matching.models import MeetingRequest
from matching.schemas.requests import AskForMeetingSchema, MeetingRequestArguments, MeetingRequestSchema
from matching.scope import SCOPE
from servicekit import paging
from servicekit.auth import Actor
from servicekit.endpoints import ApiBlueprint, reads, writes

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
@blueprint.response(200, MeetingRequestSchema)
def decline(session: Session, actor: Actor, request_id: UUID) -> MeetingRequest:
    """Refuse to meet."""
    return requests.decline_request(session, request_id, actor)


@blueprint.post("/<uuid:request_id>/withdrawal")
@writes(Deed.REQUESTS_WRITE)
@blueprint.response(200, MeetingRequestSchema)
def withdraw(session: Session, actor: Actor, request_id: UUID) -> MeetingRequest:
    """Take a request back."""
    return requests.withdraw_request(session, request_id, actor)
