"""Meetings: held, missed, pinned, called off."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from matching.handlers import meetings
from matching.models import Meeting
from matching.schemas.timetables import MeetingSchema, ReasonBodySchema
from servicekit.auth import Actor
from servicekit.endpoints import ApiBlueprint, writes

blueprint = ApiBlueprint(
    "meetings", __name__, url_prefix="/v1/meetings", description="Meetings and what became of them."
)


@blueprint.post("/<uuid:meeting_id>/holding")
@writes()
@blueprint.response(200, MeetingSchema)
def hold(session: Session, actor: Actor, meeting_id: UUID) -> Meeting:
    """Note that a meeting took place; of this and a no-show the later one counts."""
    return meetings.hold_meeting(session, meeting_id, actor)


@blueprint.post("/<uuid:meeting_id>/no-show")
@writes()
@blueprint.arguments(ReasonBodySchema)
@blueprint.response(200, MeetingSchema)
def miss(body: dict[str, Any], session: Session, actor: Actor, meeting_id: UUID) -> Meeting:
    """Note that somebody did not come; of this and a holding the later one counts."""
    return meetings.miss_meeting(session, meeting_id, actor, reason=body["reason"])


@blueprint.post("/<uuid:meeting_id>/lock")
@writes()
@blueprint.response(200, MeetingSchema)
def lock(session: Session, actor: Actor, meeting_id: UUID) -> Meeting:
    """Keep a meeting where it is, as long as its people can be there."""
    return meetings.lock_meeting(session, meeting_id, actor)


@blueprint.post("/<uuid:meeting_id>/unlock")
@writes()
@blueprint.response(200, MeetingSchema)
def unlock(session: Session, actor: Actor, meeting_id: UUID) -> Meeting:
    """Give a meeting free to be moved."""
    return meetings.unlock_meeting(session, meeting_id, actor)


@blueprint.post("/<uuid:meeting_id>/cancellation")
@writes()
@blueprint.arguments(ReasonBodySchema)
@blueprint.response(200, MeetingSchema)
def call_off(body: dict[str, Any], session: Session, actor: Actor, meeting_id: UUID) -> Meeting:
    """Strike a meeting for good and tell both sides."""
    return meetings.call_off_meeting(session, meeting_id, actor, reason=body["reason"])
