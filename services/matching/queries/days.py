"""A mission's meetings by the clock: the times of its hall, what stands in each, what is still to be noted."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching.models import Meeting, MeetingNotice, MissionCopy, ParticipantCopy
from matching.models.copies import ADMITTED
from matching.models.meetings import STANDING, MeetingStatus
from matching.queries.timetables import timetable_state
from matching.scope import SCOPE
from matching.timetabling.model.hall import natural_order
from servicekit.auth.actors import Actor
from servicekit.data import clock

MINUTE_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Times:
    """The slots of all sessions that begin and end together."""

    starts_at: datetime
    ends_at: datetime
    day: date
    """The day where the mission is."""
    slots: list[str] = field(default_factory=list)

    def load(self, loads: Mapping[str, int]) -> int:
        """Count the meetings, given those of each slot."""
        return sum(loads.get(id_, 0) for id_ in self.slots)


def times(mission: MissionCopy) -> list[Times]:
    """Return the times of a mission at which meetings may be, the earliest first."""
    zone, found = ZoneInfo(mission.timezone), dict[tuple[datetime, datetime], Times]()
    for slot in sorted(mission.slots, key=lambda slot: natural_order(slot["id"])):
        span = datetime.fromisoformat(slot["starts_at"]), datetime.fromisoformat(slot["ends_at"])
        new = Times(starts_at=span[0], ends_at=span[1], day=span[0].astimezone(zone).date())
        found.setdefault(span, new).slots.append(slot["id"])
    return [found[span] for span in sorted(found)]


def running(found: Sequence[Times], now: datetime) -> Times | None:
    """Return the times that last now; of several the latest that began."""
    return next((at for at in reversed(found) if at.starts_at <= now < at.ends_at), None)


def coming(found: Sequence[Times], now: datetime, loads: Mapping[str, int]) -> Times | None:
    """Return the times that come next and have meetings, else those that come next."""
    ahead = [at for at in found if at.starts_at > now]
    return next((at for at in ahead if at.load(loads)), next(iter(ahead), None))


def chosen(found: Sequence[Times], slot: str | None, now: datetime, loads: Mapping[str, int]) -> Times | None:
    """Return the times of a slot that was asked for, else those of now, else the next, else the last with meetings."""
    asked = next((at for at in found if slot in at.slots), None)
    last = next((at for at in reversed(found) if at.load(loads)), next(reversed(found), None))
    return asked or running(found, now) or coming(found, now, loads) or last


def meetings_at(session: Session, mission_id: UUID, slots: Collection[str], actor: Actor) -> list[Meeting]:
    """Return the meetings of some slots by their tables, those that were struck at the end."""
    mine = Meeting.mission_id == mission_id, Meeting.slot.in_(slots), SCOPE.rows(actor, Meeting)
    return sorted(session.scalars(select(Meeting).where(*mine)), key=_order)


def spoken_of(session: Session, mission_id: UUID, now: datetime, actor: Actor) -> list[Meeting]:
    """Return the meetings that are not over yet and of which one of the two says something, the earliest first."""
    said = select(MeetingNotice.meeting_id).where(
        MeetingNotice.mission_id == mission_id, MeetingNotice.taken_back_at.is_(None)
    )
    query = select(Meeting).where(Meeting.id.in_(said), Meeting.status.in_(STANDING), Meeting.ends_at > now)
    found = session.scalars(query.where(SCOPE.rows(actor, Meeting)))
    return sorted(found, key=lambda meeting: (meeting.starts_at, *_order(meeting)))


def not_noted(session: Session, mission_id: UUID, now: datetime, actor: Actor) -> Counter[str]:
    """Count by slots the meetings that have ended and of which nobody has noted what came of them."""
    ended = Meeting.mission_id == mission_id, Meeting.status.in_(STANDING), Meeting.ends_at <= now
    query = select(Meeting.slot, func.count().label("meetings")).where(*ended, SCOPE.rows(actor, Meeting))
    return Counter({row.slot: row.meetings for row in session.execute(query.group_by(Meeting.slot))})


@dataclass(frozen=True, kw_only=True)
class Arrivals:
    """Of one side: how many organisations take part, and how many of them have arrived."""

    arrived: int = 0
    admitted: int = 0


def arrivals(session: Session, mission_id: UUID, actor: Actor) -> dict[str, Arrivals]:
    """Count by sides who has arrived."""
    columns = select(ParticipantCopy.side, func.count(ParticipantCopy.checked_in_at), func.count())
    mine = ParticipantCopy.mission_id == mission_id, ParticipantCopy.status == ADMITTED
    query = columns.where(*mine, SCOPE.rows(actor, ParticipantCopy)).group_by(ParticipantCopy.side)
    found = {side: Arrivals(arrived=arrived, admitted=known) for side, arrived, known in session.execute(query)}
    return {side: found.get(side, Arrivals()) for side in ("guest", "host")}


def state(session: Session, actor: Actor, mission_id: UUID) -> object:
    """Tell what differs whenever the desk of a mission does: its timetable, notices, arrivals and the minute.

    Raises:
        MissionNotFoundError, ForbiddenError: the mission is not there for the actor.

    """
    timetable = timetable_state(session, actor, mission_id)
    said = select(func.count(), func.sum(MeetingNotice.version)).where(MeetingNotice.mission_id == mission_id)
    minute = int(clock.now(session).timestamp()) // MINUTE_SECONDS
    arrived = [(one.arrived, one.admitted) for one in arrivals(session, mission_id, actor).values()]
    return timetable, tuple(session.execute(said).one()), arrived, minute


def _order(meeting: Meeting) -> tuple[bool, object, UUID]:
    return meeting.status == MeetingStatus.CANCELLED, natural_order(meeting.table), meeting.id
