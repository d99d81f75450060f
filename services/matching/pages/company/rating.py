"""How good a meeting was: each of the two says it with the browser alone."""

from collections.abc import Mapping
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from access.matrix import Deed
from matching import queries
from matching.commands import RateMeeting
from matching.handlers import meeting_day
from matching.models import Meeting, MissionCopy
from matching.pages import layout
from matching.queries.recommendations import ratings_by
from matching.schemas.signals import RateMeetingSchema
from servicekit.auth.actors import Actor
from servicekit.data import clock
from servicekit.texts import languages
from servicekit.texts.languages import noop as _
from servicekit.web.body import invalid
from servicekit.web.endpoints import reads, writes

blueprint = Blueprint("ratings", __name__)


@blueprint.get("/meetings/<uuid:meeting_id>/rating")
@reads(Deed.REQUESTS_WRITE)
def show_rating(session: Session, actor: Actor, meeting_id: UUID) -> Response:
    """Ask one of the two how good a meeting was, and show what it has said."""
    meeting, rater = meeting_day.rateable(session, meeting_id, request.args.get("organisation_id", type=UUID), actor)
    said = ratings_by(session, meeting.mission_id, rater, actor).get(meeting_id)
    known = {"stars": str(said.stars), "word": said.word} if said else {}
    return _page(session, actor, meeting, rater, known, {})


@blueprint.post("/meetings/<uuid:meeting_id>/rating")
@writes(Deed.REQUESTS_WRITE)
def rate(session: Session, actor: Actor, meeting_id: UUID) -> BaseResponse:
    """Note how good it was, and go back to the meeting; what cannot be right is shown beside its field."""
    meeting, rater = meeting_day.rateable(session, meeting_id, request.form.get("organisation_id", type=UUID), actor)
    given = {"stars": request.form.get("stars", ""), "word": request.form.get("word", "")}
    stars = int(given["stars"]) if given["stars"] in {"1", "2", "3", "4", "5"} else None
    schema = RateMeetingSchema()
    try:
        body = schema.load({"organisation_id": str(rater), "word": given["word"], "stars": stars})
    except ValidationError as error:
        wrong = {one.pointer.removeprefix("#/"): layout.say(one.detail) for one in invalid(error).errors}
        if stars is None:
            wrong["stars"] = layout.say(_("Choose how good it was, from 1 to 5."))
        answer = _page(session, actor, meeting, rater, given, wrong)
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return answer
    meeting_day.rate_meeting(session, RateMeeting(meeting_id=meeting_id, **body), actor)
    back = url_for("own_meetings.show_meeting", meeting_id=meeting_id, organisation_id=rater, said="rating")
    return redirect(back, HTTPStatus.SEE_OTHER)


def _page(
    session: Session, actor: Actor, meeting: Meeting, rater: UUID, said: Mapping[str, str], errors: Mapping[str, str]
) -> Response:
    mission = session.get_one(MissionCopy, meeting.mission_id)
    title = layout.say(_("How good was the meeting?"))
    return make_response(
        render_template(
            "matching/rating.html",
            frame=layout.of_company(mission, title, "my-timetable", clock.now(session)),
            mission=mission,
            meeting=meeting,
            rater=rater,
            partner=meeting.other(rater),
            names=queries.names_of(session, meeting.pair, languages.of_request(), actor),
            said=said,
            errors=errors,
        )
    )
