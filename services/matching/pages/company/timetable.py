"""My timetable, .ics.

The meetings of a company as a file that calendars read (RFC 5545).

A company's own timetable: on the screen, on one sheet of paper, and in its calendar.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from math import ceil
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, render_template, request
from icalendar import Calendar, Event
from sqlalchemy.orm import Session

from access.matrix import Deed
from matching.models import Meeting, MissionCopy
from matching.models.meetings import MeetingStatus
from matching.pages import layout
from matching.pages.company.current import Company, company_of
from matching.queries import company_days, names_of
from servicekit.auth.actors import Actor
from servicekit.data import context
from servicekit.texts import languages
from servicekit.texts.languages import noop as _
from servicekit.web.endpoints import reads

PRODUCER = "-//Caravan//Matching//EN"


def calendar_of(
    meetings: Iterable[Meeting],
    names: Mapping[UUID, str],
    places: Mapping[UUID, str],
    *,
    instance: str,
    stamped_at: datetime,
) -> bytes:
    """Write meetings with their partners' names and their places, by the meetings' ids.

    Each has the identity that letters give it, so that a calendar which had the letter enters none twice.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCER)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for meeting in meetings:
        event = Event()
        event.add("uid", f"{meeting.id}@{instance}")
        event.add("dtstamp", stamped_at.astimezone(UTC).replace(microsecond=0))
        event.add("dtstart", meeting.starts_at.astimezone(UTC))
        event.add("dtend", meeting.ends_at.astimezone(UTC))
        event.add("summary", names[meeting.id])
        event.add("location", places[meeting.id])
        calendar.add_component(event)
    return bytes(calendar.to_ical())


blueprint = Blueprint("own_timetable", __name__)

_MINE = "/missions/<uuid:mission_id>/my-timetable"


@blueprint.get(_MINE)
@reads(Deed.REQUESTS_WRITE)
def show_timetable(session: Session, actor: Actor, mission_id: UUID) -> str:
    """Show a company its days, the next meeting on top; with `?print` as a sheet of paper."""
    company = company_of(session, actor, mission_id)
    meetings = company_days.own_meetings(session, mission_id, company.id, actor) if company.id else []
    template = "matching/my_sheet.html" if "print" in request.args else "matching/my_timetable.html"
    upcoming = company_days.next_meeting(meetings, company.now)
    return render_template(
        template,
        frame=layout.of_company(company.mission, layout.say(_("My timetable")), "my-timetable", company.now),
        company=company,
        mission=company.mission,
        meetings=meetings,
        days=company_days.days(company.mission, company.id, meetings) if company.id else [],
        upcoming=upcoming,
        soon=minutes_until(upcoming.starts_at, company.now) if upcoming else None,
        notices=company_days.notices_of(session, meetings),
        names=names_of(session, {end for one in meetings for end in one.pair}, languages.of_request(), actor),
        goes=who_goes(company, meetings),
        people=people_tile(who_goes(company, meetings).values()),
        locations=locations(company.mission),
    )


@blueprint.get(f"{_MINE}.ics")
@reads(Deed.REQUESTS_WRITE)
def download(session: Session, actor: Actor, mission_id: UUID) -> Response:
    """Give a company its meetings for its calendar."""
    company = company_of(session, actor, mission_id)
    found = company_days.own_meetings(session, mission_id, company.id, actor) if company.id else []
    standing = [meeting for meeting in found if meeting.status != MeetingStatus.CANCELLED]
    names = names_of(session, {end for one in standing for end in one.pair}, languages.of_request(), actor)
    title = layout.say(_("Meeting: %(partner)s"))
    body = calendar_of(
        standing,
        {one.id: title % {"partner": names[_partner(company, one)]} for one in standing},
        {one.id: _place(company.mission, one) for one in standing},
        instance=context.of(session).settings.instance,
        stamped_at=company.now,
    )
    answer = Response(body, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="meetings.ics"'
    return answer


def minutes_until(at: datetime, now: datetime) -> int:
    """Return how many minutes are left, a begun one counts; none or fewer when it has begun."""
    return ceil((at - now).total_seconds() / 60)


def who_goes(company: Company, meetings: Iterable[Meeting]) -> dict[UUID, UUID]:
    """Return who of the company sits in each meeting."""
    return {one.id: one.guest_person_id if company.id == one.guest_id else one.host_person_id for one in meetings}


def people_tile(person_ids: Iterable[UUID]) -> str:
    """Return where registration names some delegates; empty for nobody."""
    ids = sorted({str(id_) for id_ in person_ids})
    return "/registration/tiles/people?" + urlencode([("ids", id_) for id_ in ids]) if ids else ""


def locations(mission: MissionCopy) -> dict[str, str]:
    """Return where each table stands; nothing where all stand in one place, which the venue names."""
    found = {table["id"]: table.get("location", "") for table in mission.tables}
    return found if len(set(found.values())) > 1 else {}


def _partner(company: Company, meeting: Meeting) -> UUID:
    return meeting.host_id if company.id == meeting.guest_id else meeting.guest_id


def _place(mission: MissionCopy, meeting: Meeting) -> str:
    table = layout.say(_("Table %(table)s")) % {"table": meeting.table}
    venue = languages.pick(mission.venue, languages.of_request())
    return ", ".join(part for part in (table, locations(mission).get(meeting.table), venue) if part)
