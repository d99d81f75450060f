"""Desk of the day.

What an organiser's desk shows on a day: what lasts and what comes, who waits, and what is still to be noted.

The desk of a mission's day: who sits where now and next, what the two of a meeting say, and what came of it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

import sections
from access.matrix import Deed
from matching import lookups, queries
from matching.errors import ConflictError, MeetingAheadError, MeetingNotFoundError
from matching.handlers import meetings
from matching.models import Meeting, MissionCopy
from matching.models.meetings import MeetingStatus
from matching.pages import layout
from matching.pages.company.timetable import minutes_until
from matching.pages.layout import say
from matching.pages.organiser import timetable
from matching.pages.texts import short_name
from matching.queries import boards, company_days, days, timetables
from matching.queries.days import Times
from matching.schemas.days import OutcomeSchema
from matching.schemas.timetables import ReasonBodySchema
from matching.status_texts import spoken
from servicekit.auth.actors import Actor
from servicekit.data import clock
from servicekit.data.database import savepoint
from servicekit.texts import formats, languages, typography
from servicekit.texts.languages import noop as _
from servicekit.web.body import invalid
from servicekit.web.endpoints import reads, writes

MOST_ROWS, MOST_NAMED = 40, 12
"""Meetings on a page, and of the next slot by name."""


@dataclass(frozen=True, kw_only=True)
class Refused:
    """What could not be noted, and why."""

    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Announced:
    """Times that last or come, with what stands in them; `minutes` are left until they end, or begin."""

    at: Times
    minutes: int
    meetings: list[Meeting]

    @property
    def standing(self) -> list[Meeting]:
        """Those that were not struck."""
        return [meeting for meeting in self.meetings if meeting.status != MeetingStatus.CANCELLED]


def page(session: Session, actor: Actor, mission: MissionCopy, refused: Refused | None = None) -> str:
    """Render the desk of a mission's day; the address may name another slot, and a page of its meetings."""
    now, found = clock.now(session), days.times(mission)
    loads = boards.loads(session, mission.id, actor)
    at = days.chosen(found, request.args.get("slot"), now, loads)
    lasts, comes = days.running(found, now), days.coming(found, now, loads)
    shown = _announced(session, mission, at, 0, actor)
    current = _announced(session, mission, lasts, minutes_until(lasts.ends_at, now) if lasts else 0, actor)
    upcoming = _announced(session, mission, comes, minutes_until(comes.starts_at, now) if comes else 0, actor)
    spoken = days.spoken_of(session, mission.id, now, actor)
    rows = shown.meetings if shown else []
    number = max(1, request.args.get("page", 1, type=int))
    here = rows[(number - 1) * MOST_ROWS : number * MOST_ROWS]
    named = [*rows, *spoken, *(upcoming.meetings if upcoming else ())]
    return render_template(
        "matching/day.html",
        frame=layout.of_mission(mission, say(_("Day desk")), "day", now),
        mission=mission,
        now=now,
        is_ahead=bool(found) and now.astimezone(ZoneInfo(mission.timezone)).date() < found[0].day,
        is_over=mission.is_over(now),
        has_timetable=bool(timetables.heads(session, mission.id, actor)),
        times=found,
        at=at,
        current=current,
        upcoming=upcoming,
        rows=here,
        page=number,
        pages=-(-len(rows) // MOST_ROWS),
        loads=loads,
        spoken=spoken,
        notices=company_days.notices_of(session, [*here, *spoken]),
        not_noted=days.not_noted(session, mission.id, now, actor),
        arrivals=days.arrivals(session, mission.id, actor),
        refused=refused,
        names=organisation_names(session, named, actor),
        most_named=MOST_NAMED,
        repairs=timetable.repairs_of_today(session, mission, now, actor),
        links=_links(mission),
    )


def organisation_names(session: Session, meetings: Iterable[Meeting], actor: Actor) -> dict[UUID, str]:
    """Name the organisations of some meetings in short."""
    ends = {end for meeting in meetings for end in meeting.pair}
    found = queries.names_of(session, ends, languages.of_request(), actor)
    return {id_: typography.nbsp(short_name(name)) for id_, name in found.items()}


def _announced(
    session: Session, mission: MissionCopy, at: Times | None, minutes: int, actor: Actor
) -> Announced | None:
    if at is None:
        return None
    return Announced(at=at, minutes=minutes, meetings=days.meetings_at(session, mission.id, at.slots, actor))


def _links(mission: MissionCopy) -> dict[str, str]:
    """Give the addresses of the pages to which the desk leads."""
    own = f"{sections.REGISTRATION}/missions/{mission.id}"
    pages = {link.key: link.url for link in sections.mission_links(mission.id)}
    return pages | {"about": f"{own}/about", "review": f"{own}/review"}


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
    return page(session, actor, lookups.known_mission(session, mission_id, actor))


@blueprint.post(f"{_PAGE}-outcome")
@writes(Deed.MEETINGS_RUN)
def note_outcome(session: Session, actor: Actor, mission_id: UUID) -> Response:
    """Note what a button says of a meeting, and go back to it; a refusal is said on the page."""
    mission = lookups.own_mission(session, mission_id, actor)
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
    mission = lookups.known_mission(session, mission_id, actor)
    return _cancellation(session, actor, _meeting(session, actor, mission, meeting_id), {}, {})


@blueprint.post(_CANCELLATION)
@writes(Deed.MEETINGS_RUN)
def cancel(session: Session, actor: Actor, mission_id: UUID, meeting_id: UUID) -> Response:
    """Cancel a meeting and go back to the desk; a reason that cannot be published is shown beside its field."""
    mission = lookups.own_mission(session, mission_id, actor)
    meeting = _meeting(session, actor, mission, meeting_id)
    said = {"reason": request.form.get("reason", "")}
    try:
        reason = ReasonBodySchema().load(said)["reason"]
        with savepoint(session):
            meetings.call_off_meeting(session, meeting.id, actor, reason=reason)
    except ValidationError as error:
        wrong = layout.wrong(error) if said["reason"].strip() else {"reason": layout.say(_("Say why."))}
        answer = make_response(_cancellation(session, actor, meeting, said, wrong))
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return answer
    except ConflictError as error:
        return _refused(session, actor, mission, meeting, error)
    return _back(meeting)


def _meeting(session: Session, actor: Actor, mission: MissionCopy, meeting_id: UUID) -> Meeting:
    absent = MeetingNotFoundError(_("There is no meeting %(id)s."), id=meeting_id)
    meeting = lookups.find(session, Meeting, meeting_id, actor, absent)
    if meeting.mission_id != mission.id:
        raise absent
    return meeting


def _cancellation(
    session: Session, actor: Actor, meeting: Meeting, said: dict[str, str], errors: dict[str, str]
) -> str:
    mission = session.get_one(MissionCopy, meeting.mission_id)
    names = organisation_names(session, [meeting], actor)
    title = layout.say(_("Cancel the meeting"))
    return render_template(
        "matching/day_cancellation.html",
        frame=layout.of_mission(mission, title, "day", clock.now(session)),
        mission=mission,
        meeting=meeting,
        names=names,
        said=said,
        errors=errors,
    )


def _refused(session: Session, actor: Actor, mission: MissionCopy, meeting: Meeting, error: ConflictError) -> Response:
    """Show the desk with why nothing was noted: where the meeting is, or when it begins."""
    session.refresh(meeting)
    names = organisation_names(session, [meeting], actor)
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
    text = layout.say(begins if isinstance(error, MeetingAheadError) else stands) % facts
    refused = Refused(title=layout.say(error.title), text=text)
    answer = make_response(page(session, actor, mission, refused))
    answer.status_code = error.status
    return answer


def _back(meeting: Meeting) -> Response:
    """Lead to a meeting in the list of its slot."""
    mission_id, page = meeting.mission_id, request.args.get("page")
    address = url_for("day.show_day", mission_id=mission_id, slot=meeting.slot, page=page, _anchor=f"m-{meeting.id}")
    return redirect(address, HTTPStatus.SEE_OTHER)
