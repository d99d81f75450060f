"""Meetings: held, missed, rated, pinned, called off."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from access.matrix import Deed
from matching.commands import GiveNotice, RateMeeting
from matching.handlers import meeting_day, meetings
from matching.models import ContactExchange, Meeting, MeetingNotice, Rating
from matching.schemas.days import ContactsSchema, GiveNoticeSchema, NoticeSchema, OfTwoSchema
from matching.schemas.signals import RateMeetingSchema, RatingSchema
from matching.schemas.timetables import MeetingSchema, ReasonBodySchema
from servicekit.auth.actors import Actor
from servicekit.web.endpoints import ApiBlueprint, writes

blueprint = ApiBlueprint(
    "meetings", __name__, url_prefix="/v1/meetings", description="Meetings and what became of them."
)


@blueprint.post("/<uuid:meeting_id>/holding")
@writes(Deed.MEETINGS_RUN)
@blueprint.response(200, MeetingSchema)
def hold(session: Session, actor: Actor, meeting_id: UUID) -> Meeting:
    """Note that a meeting took place; of this and a no-show the later one counts."""
    return meetings.hold_meeting(session, meeting_id, actor)


@blueprint.post("/<uuid:meeting_id>/no-show")
@writes(Deed.MEETINGS_RUN)
@blueprint.arguments(ReasonBodySchema)
@blueprint.response(200, MeetingSchema)
def miss(body: dict[str, Any], session: Session, actor: Actor, meeting_id: UUID) -> Meeting:
    """Note that somebody did not come; of this and a holding the later one counts."""
    return meetings.miss_meeting(session, meeting_id, actor, reason=body["reason"])


@blueprint.post("/<uuid:meeting_id>/rating")
@writes(Deed.REQUESTS_WRITE)
@blueprint.arguments(RateMeetingSchema)
@blueprint.response(200, RatingSchema)
def rate(body: dict[str, Any], session: Session, actor: Actor, meeting_id: UUID) -> Rating:
    """Say for one of the two how good a meeting was; a later rating takes the place of an earlier one."""
    return meeting_day.rate_meeting(session, RateMeeting(meeting_id=meeting_id, **body), actor)


@blueprint.post("/<uuid:meeting_id>/lock")
@writes(Deed.MEETINGS_RUN)
@blueprint.response(200, MeetingSchema)
def lock(session: Session, actor: Actor, meeting_id: UUID) -> Meeting:
    """Keep a meeting where it is, as long as its people can be there."""
    return meetings.lock_meeting(session, meeting_id, actor)


@blueprint.post("/<uuid:meeting_id>/unlock")
@writes(Deed.MEETINGS_RUN)
@blueprint.response(200, MeetingSchema)
def unlock(session: Session, actor: Actor, meeting_id: UUID) -> Meeting:
    """Give a meeting free to be moved."""
    return meetings.unlock_meeting(session, meeting_id, actor)


@blueprint.post("/<uuid:meeting_id>/cancellation")
@writes(Deed.MEETINGS_RUN)
@blueprint.arguments(ReasonBodySchema)
@blueprint.response(200, MeetingSchema)
def call_off(body: dict[str, Any], session: Session, actor: Actor, meeting_id: UUID) -> Meeting:
    """Strike a meeting for good and tell both sides."""
    return meetings.call_off_meeting(session, meeting_id, actor, reason=body["reason"])


@blueprint.post("/<uuid:meeting_id>/notice")
@writes(Deed.REQUESTS_WRITE)
@blueprint.arguments(GiveNoticeSchema)
@blueprint.response(200, NoticeSchema)
def give_notice(body: dict[str, Any], session: Session, actor: Actor, meeting_id: UUID) -> MeetingNotice:
    """Say that one of the two is late, cannot come, or sits alone; the other side is told at once."""
    return meeting_day.give_notice(session, GiveNotice(meeting_id=meeting_id, **body), actor)


@blueprint.post("/<uuid:meeting_id>/notice/withdrawal")
@writes(Deed.REQUESTS_WRITE)
@blueprint.arguments(OfTwoSchema)
@blueprint.response(200, NoticeSchema)
def take_notice_back(body: dict[str, Any], session: Session, actor: Actor, meeting_id: UUID) -> MeetingNotice:
    """Say that one of the two comes as planned after all."""
    return meeting_day.take_notice_back(session, meeting_id, body["organisation_id"], actor)


@blueprint.post("/<uuid:meeting_id>/confirmation")
@writes(Deed.REQUESTS_WRITE)
@blueprint.arguments(OfTwoSchema)
@blueprint.response(200, MeetingSchema)
def confirm(body: dict[str, Any], session: Session, actor: Actor, meeting_id: UUID) -> Meeting:
    """Say for one of the two that a meeting took place; a no-show that the organiser noted stays."""
    return meeting_day.confirm_meeting(session, meeting_id, body["organisation_id"], actor)


@blueprint.post("/<uuid:meeting_id>/contacts")
@writes(Deed.OWN_WRITE)
@blueprint.arguments(OfTwoSchema)
@blueprint.response(200, ContactsSchema)
def share_contacts(body: dict[str, Any], session: Session, actor: Actor, meeting_id: UUID) -> ContactExchange:
    """Let the other side of a held meeting know whom to reach, as soon as it does the same."""
    return meeting_day.share_contacts(session, meeting_id, body["organisation_id"], actor)


@blueprint.post("/<uuid:meeting_id>/contacts/withdrawal")
@writes(Deed.OWN_WRITE)
@blueprint.arguments(OfTwoSchema)
@blueprint.response(200, ContactsSchema)
def withhold_contacts(body: dict[str, Any], session: Session, actor: Actor, meeting_id: UUID) -> ContactExchange:
    """Let the other side know no more."""
    return meeting_day.withhold_contacts(session, meeting_id, body["organisation_id"], actor)
