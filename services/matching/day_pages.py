"""The desk of a mission's day: who sits where now and next, what the two of a meeting say, and what came of it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from access.matrix import Deed
from matching import day_view, frames, loading
from matching.errors import ConflictError, MeetingAheadError, MeetingNotFoundError
from matching.handlers import meetings
from matching.models import Meeting, MissionCopy
from matching.schemas.days import OutcomeSchema
from matching.schemas.timetables import ReasonBodySchema
from matching.words import spoken
from servicekit import clock, formats, languages
from servicekit.auth import Actor
from servicekit.body import invalid
from servicekit.endpoints import reads, writes
from servicekit.languages import noop as _
from servicekit.savepoints import savepoint

blueprint = Blueprint("day", __name__)

_PAGE = "/missions/<uuid:mission_id>/day"
_CANCELLATION = f"{_PAGE}/meetings/<uuid:meeting_id>/cancellation"

_DEEDS: dict[str, Callable[[Session, UUID, Actor], Meeting]] = {
    "held": meetings.hold_meeting,
    "guest_absent": lambda session, id_, actor: meetings.miss_meeting(session, id_, actor, reason="guest_absent"),
    "host_absent": lambda session, id_, actor: meetings.miss_meeting(session, id_, actor, reason="host_absent"),
    "lock": meetings.lock_meeting,
    "unlock": meetings.unlock_meeting,
}


@blueprint.get(_PAGE)
@reads(Deed.MEETINGS_RUN)
def show_day(session: Session, actor: Actor, mission_id: UUID) -> str:
    """Show the slot that lasts and the next one, the meetings of one of them, arrivals and repairs."""
    return day_view.page(session, actor, loading.known_mission(session, mission_id, actor))


@blueprint.post(f"{_PAGE}-outcome")
@writes(Deed.MEETINGS_RUN)
def note_outcome(session: Session, actor: Actor, mission_id: UUID) -> Response:
    """Note what a button says of a meeting, and go back to it; a refusal is said on the page."""
    mission = loading.own_mission(session, mission_id, actor)
    try:
        given: dict[str, Any] = OutcomeSchema().load(request.form)
    except ValidationError as error:
        raise invalid(error) from error
    meeting = _meeting(session, actor, mission, given["meeting_id"])
    try:
        with savepoint(session):
            _DEEDS[given["deed"]](session, meeting.id, actor)
    except ConflictError as error:
        return _refused(session, actor, mission, meeting, error)
    return _back(meeting)


@blueprint.get(_CANCELLATION)
@reads(Deed.MEETINGS_RUN)
def show_cancellation(session: Session, actor: Actor, mission_id: UUID, meeting_id: UUID) -> str:
    """Ask why a meeting is cancelled, and tell what that does."""
    mission = loading.known_mission(session, mission_id, actor)
    return _cancellation(session, actor, _meeting(session, actor, mission, meeting_id), {}, {})


@blueprint.post(_CANCELLATION)
@writes(Deed.MEETINGS_RUN)
def cancel(session: Session, actor: Actor, mission_id: UUID, meeting_id: UUID) -> Response:
    """Cancel a meeting and go back to the desk; a reason that cannot be published is shown beside its field."""
    mission = loading.own_mission(session, mission_id, actor)
    meeting = _meeting(session, actor, mission, meeting_id)
    said = {"reason": request.form.get("reason", "")}
    try:
        reason = ReasonBodySchema().load(said)["reason"]
        with savepoint(session):
            meetings.call_off_meeting(session, meeting.id, actor, reason=reason)
    except ValidationError as error:
        wrong = frames.wrong(error) if said["reason"].strip() else {"reason": frames.say(_("Say why."))}
        answer = make_response(_cancellation(session, actor, meeting, said, wrong))
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return answer
    except ConflictError as error:
        return _refused(session, actor, mission, meeting, error)
    return _back(meeting)


def _meeting(session: Session, actor: Actor, mission: MissionCopy, meeting_id: UUID) -> Meeting:
    absent = MeetingNotFoundError(_("There is no meeting %(id)s."), id=meeting_id)
    meeting = loading.find(session, Meeting, meeting_id, actor, absent)
    if meeting.mission_id != mission.id:
        raise absent
    return meeting


def _cancellation(
    session: Session, actor: Actor, meeting: Meeting, said: dict[str, str], errors: dict[str, str]
) -> str:
    mission = session.get_one(MissionCopy, meeting.mission_id)
    names = day_view.names(session, [meeting], actor)
    title = frames.say(_("Cancel the meeting"))
    return render_template(
        "matching/day_cancellation.html",
        frame=frames.of_mission(mission, title, "day", clock.now(session)),
        mission=mission,
        meeting=meeting,
        names=names,
        said=said,
        errors=errors,
    )


def _refused(session: Session, actor: Actor, mission: MissionCopy, meeting: Meeting, error: ConflictError) -> Response:
    """Show the desk with why nothing was noted: where the meeting is, or when it begins."""
    session.refresh(meeting)
    names = day_view.names(session, [meeting], actor)
    facts = {
        "guest": names[meeting.guest_id],
        "host": names[meeting.host_id],
        "status": spoken(meeting.status),
        "time": formats.local_time(meeting.starts_at, mission.timezone, language=languages.of_request()),
    }
    begins, stands = (
        _("%(guest)s and %(host)s: begins at %(time)s. Nothing was changed."),
        _("%(guest)s and %(host)s: %(status)s. Nothing was changed."),
    )
    text = frames.say(begins if isinstance(error, MeetingAheadError) else stands) % facts
    refused = day_view.Refused(title=frames.say(error.title), text=text)
    answer = make_response(day_view.page(session, actor, mission, refused))
    answer.status_code = error.status
    return answer


def _back(meeting: Meeting) -> Response:
    """Lead to a meeting in the list of its slot."""
    mission_id, page = meeting.mission_id, request.args.get("page")
    address = url_for("day.show_day", mission_id=mission_id, slot=meeting.slot, page=page, _anchor=f"m-{meeting.id}")
    return redirect(address, HTTPStatus.SEE_OTHER)
