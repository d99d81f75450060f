"""What an organiser's desk shows on a day: what lasts and what comes, who waits, and what is still to be noted."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import render_template, request
from sqlalchemy.orm import Session

import sections
from matching import frames, queries, repairs_view
from matching.domain.short_names import short_name
from matching.frames import say
from matching.models import Meeting, MissionCopy
from matching.models.meetings import MeetingStatus
from matching.my_pages import minutes_until
from matching.queries import days, own_days, sheets, timetables
from matching.queries.days import Times
from servicekit import clock, languages, marks
from servicekit.auth import Actor
from servicekit.languages import noop as _

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
    loads = sheets.loads(session, mission.id, actor)
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
        frame=frames.of_mission(mission, say(_("Day desk")), "day", now),
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
        notices=own_days.notices_of(session, [*here, *spoken]),
        not_noted=days.not_noted(session, mission.id, now, actor),
        arrivals=days.arrivals(session, mission.id, actor),
        refused=refused,
        names=names(session, named, actor),
        most_named=MOST_NAMED,
        repairs=repairs_view.of_today(session, mission, now, actor),
        links=_links(mission),
    )


def names(session: Session, meetings: Iterable[Meeting], actor: Actor) -> dict[UUID, str]:
    """Name the organisations of some meetings in short."""
    ends = {end for meeting in meetings for end in meeting.pair}
    found = queries.names_of(session, ends, languages.of_request(), actor)
    return {id_: marks.nbsp(short_name(name)) for id_, name in found.items()}


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
