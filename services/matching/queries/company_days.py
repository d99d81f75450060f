"""The days of one organisation: its meetings, the programme between them, and when it is free."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matching import lookups
from matching.errors import MeetingNotFoundError
from matching.models import ContactExchange, Meeting, MeetingNotice, MissionCopy
from matching.models.meetings import MeetingStatus
from matching.scope import SCOPE
from servicekit.auth.actors import Actor
from servicekit.texts.languages import noop as _

NO_PAUSE = timedelta(minutes=25)
"""What is shorter between two things is the way from one to the other."""


@dataclass(frozen=True, kw_only=True)
class Leg:
    """Something with a time: a meeting, an item of the programme, or neither: free time."""

    starts_at: datetime
    ends_at: datetime
    meeting: Meeting | None = None
    item: Mapping[str, Any] | None = None

    @property
    def is_free(self) -> bool:
        """Whether nothing is then."""
        return self.meeting is None and self.item is None


@dataclass(frozen=True, kw_only=True)
class Day:
    """A local day of the mission with all that an organisation has on it, the earliest first."""

    day: date
    legs: tuple[Leg, ...]


def own_meetings(session: Session, mission_id: UUID, organisation_id: UUID, actor: Actor) -> list[Meeting]:
    """Return the meetings of an organisation in a mission, cancelled ones included, the earliest first."""
    mine = or_(Meeting.guest_id == organisation_id, Meeting.host_id == organisation_id)
    query = select(Meeting).where(Meeting.mission_id == mission_id, mine, SCOPE.rows(actor, Meeting))
    return list(session.scalars(query.order_by(Meeting.starts_at, Meeting.id)))


def notices_of(session: Session, meetings: Iterable[Meeting]) -> dict[UUID, dict[UUID, MeetingNotice]]:
    """Return what the two of meetings that are still to take place say of them: by meeting, then by who says it."""
    ahead = [meeting.id for meeting in meetings if meeting.stands]
    query = select(MeetingNotice).where(MeetingNotice.meeting_id.in_(ahead), MeetingNotice.taken_back_at.is_(None))
    found: dict[UUID, dict[UUID, MeetingNotice]] = {}
    for notice in session.scalars(query):
        found.setdefault(notice.meeting_id, {})[notice.organisation_id] = notice
    return found


def next_meeting(meetings: Sequence[Meeting], now: datetime) -> Meeting | None:
    """Return the meeting that is running, else the next one that is to take place."""
    return next((meeting for meeting in meetings if meeting.stands and meeting.ends_at > now), None)


def days(mission: MissionCopy, organisation_id: UUID, meetings: Sequence[Meeting]) -> list[Day]:
    """Lay out the days on which an organisation has anything, with the free time between."""
    legs = [Leg(starts_at=one.starts_at, ends_at=one.ends_at, meeting=one) for one in meetings]
    items = (_item(item) for item in mission.agenda if _concerns(item, organisation_id))
    legs += [leg for leg in items if not _is_frame(mission, leg)]
    by_day: dict[date, list[Leg]] = {}
    for leg in sorted(legs, key=lambda leg: (leg.starts_at, leg.ends_at, leg.meeting is None)):
        by_day.setdefault(leg.starts_at.astimezone(ZoneInfo(mission.timezone)).date(), []).append(leg)
    return [Day(day=day, legs=tuple(_with_gaps(found))) for day, found in sorted(by_day.items())]


def state(session: Session, actor: Actor, mission_id: UUID) -> object:
    """Return what differs whenever the actor's meetings in a mission do, or what is said of them.

    Raises:
        MissionNotFoundError, ForbiddenError: the mission is not there for the actor.

    """
    mission = lookups.known_mission(session, mission_id, actor)
    mine = select(Meeting.id, Meeting.version).where(Meeting.mission_id == mission_id, SCOPE.rows(actor, Meeting))
    known = session.execute(mine.order_by(Meeting.id)).all()
    said = select(MeetingNotice.id, MeetingNotice.version).where(MeetingNotice.mission_id == mission_id)
    return known, session.execute(said.order_by(MeetingNotice.id)).all(), mission.version


def state_of_meeting(session: Session, actor: Actor, meeting_id: UUID) -> object:
    """Return what differs whenever a meeting does, or what its two say and share.

    Raises:
        MeetingNotFoundError, ForbiddenError: it is not there for the actor.

    """
    absent = MeetingNotFoundError(_("There is no meeting %(id)s."), id=meeting_id)
    meeting = lookups.find(session, Meeting, meeting_id, actor, absent)
    versions = (
        select(MeetingNotice.id, MeetingNotice.version).where(MeetingNotice.meeting_id == meeting_id),
        select(ContactExchange.version).where(ContactExchange.meeting_id == meeting_id),
    )
    return meeting.version, [sorted(map(tuple, session.execute(query))) for query in versions]


def _item(item: Mapping[str, Any]) -> Leg:
    starts_at, ends_at = (datetime.fromisoformat(item[name]) for name in ("starts_at", "ends_at"))
    return Leg(starts_at=starts_at, ends_at=ends_at, item=item)


def _concerns(item: Mapping[str, Any], organisation_id: UUID) -> bool:
    return item["organisations"] is None or str(organisation_id) in item["organisations"]


def _is_frame(mission: MissionCopy, leg: Leg) -> bool:
    """Tell whether an item is no more than the frame of the meetings themselves: they stand in it one by one."""
    if leg.item is None or leg.item["binds"]:
        return False
    times = (tuple(datetime.fromisoformat(slot[name]) for name in ("starts_at", "ends_at")) for slot in mission.slots)
    return any(leg.starts_at <= since and until <= leg.ends_at for since, until in times)


def _with_gaps(legs: Sequence[Leg]) -> Iterable[Leg]:
    """Put free time between legs; a meeting that was struck takes none."""
    until: datetime | None = None
    for leg in legs:
        is_struck = leg.meeting is not None and leg.meeting.status == MeetingStatus.CANCELLED
        if until is not None and not is_struck and leg.starts_at - until >= NO_PAUSE:
            yield Leg(starts_at=until, ends_at=leg.starts_at)
        yield leg
        if not is_struck:
            until = max(until or leg.ends_at, leg.ends_at)
