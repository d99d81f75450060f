"""Tell an organisation all its meetings, when its day has changed."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, object_session

from contracts.matching import ItineraryIssued, ItineraryLine
from contracts.schema import schema_of
from matching import event_fields
from matching.models import Itinerary, Meeting, MissionCopy
from servicekit import identifiers
from servicekit.bus import outbox
from servicekit.data import clock


def issue(session: Session, mission: MissionCopy, organisation_ids: Iterable[UUID], number: int, cause: str) -> None:
    """Record the itinerary of each of these organisations that differs from what it was last told."""
    for organisation_id in sorted(organisation_ids, key=str):
        lines = _lines(mission, organisation_id, _of(session, mission.id, organisation_id))
        itinerary = _locked(session, mission, organisation_id)
        if _told_lines(itinerary) != lines:
            itinerary.told = schema_of(ItineraryLine).dump(lines, many=True)
            itinerary.issued_at = clock.now(session)
            itinerary.timetable_number, itinerary.cause = number, cause
            session.add(itinerary)
            outbox.record(session, itinerary, issued(session, itinerary))


def who_is_told(
    session: Session, mission: MissionCopy, organisation_ids: Iterable[UUID], meetings: Iterable[Meeting]
) -> list[UUID]:
    """Return which of these organisations `issue` would tell something if the meetings of the mission were these."""
    asked = sorted(organisation_ids, key=str)
    mine: dict[UUID, list[Meeting]] = {id_: [] for id_ in asked}
    for meeting in sorted(meetings, key=lambda meeting: (meeting.starts_at, meeting.id)):
        for end in meeting.pair:
            mine.get(end, []).append(meeting)
    known = {row.organisation_id: _told_lines(row) for row in _told(session, mission.id)}
    return [id_ for id_ in asked if _lines(mission, id_, mine[id_]) != known.get(id_, ())]


def carried(session: Session, mission: MissionCopy, meetings: Iterable[Meeting]) -> list[Meeting]:
    """Return the meetings to come whose table stands elsewhere than when the timetable was last published."""
    now, moved = clock.now(session), moved_tables(mission)
    return [one for one in meetings if one.table in moved and one.stands and one.starts_at > now]


def moved_tables(mission: MissionCopy) -> set[str]:
    """Return the tables that stand elsewhere than when the timetable was last published."""
    planned = {} if mission.planned is None else mission.planned["tables"]
    place = mission.plan["tables"]
    return {table for table, location in planned.items() if table in place and place[table] != location}


def issued(session: Session, itinerary: Itinerary) -> ItineraryIssued:
    """Tell an organisation's meetings as it was last told them."""
    whose = event_fields.named(itinerary, itinerary.organisation_id)
    return ItineraryIssued(
        mission_id=itinerary.mission_id,
        organisation_id=itinerary.organisation_id,
        timetable_number=itinerary.timetable_number,
        cause=itinerary.cause,
        meetings=_told_lines(itinerary),
        timezone=_timezone(itinerary),
        region=whose["region"],
        organisation_names=whose["names"],
    )


def _told_lines(itinerary: Itinerary) -> tuple[ItineraryLine, ...]:
    """Return what an organisation was last told; what lines did not tell then is as empty as the contract has it."""
    return tuple(schema_of(ItineraryLine).load(itinerary.told, many=True))


def _timezone(itinerary: Itinerary) -> str:
    session = object_session(itinerary)
    mission = session.get(MissionCopy, itinerary.mission_id) if session else None
    return mission.timezone if mission else ""


def _told(session: Session, mission_id: UUID) -> Iterable[Itinerary]:
    return session.scalars(select(Itinerary).where(Itinerary.mission_id == mission_id))


def _lines(mission: MissionCopy, organisation_id: UUID, meetings: Iterable[Meeting]) -> tuple[ItineraryLine, ...]:
    """Say an organisation's meetings as it is told them."""
    return tuple(_line(mission, meeting, organisation_id) for meeting in meetings)


def _of(session: Session, mission_id: UUID, organisation_id: UUID) -> Any:
    mine = or_(Meeting.guest_id == organisation_id, Meeting.host_id == organisation_id)
    query = select(Meeting).where(Meeting.mission_id == mission_id, mine)
    return session.scalars(query.order_by(Meeting.starts_at, Meeting.id))


def _locked(session: Session, mission: MissionCopy, organisation_id: UUID) -> Itinerary:
    id_ = identifiers.derived(mission.id, "itinerary", organisation_id)
    itinerary = session.get(Itinerary, id_, with_for_update=True)
    if itinerary is None:
        itinerary = Itinerary(
            id=id_, home=mission.home, version=0, mission_id=mission.id, organisation_id=organisation_id, told=[]
        )
    return itinerary


def _line(mission: MissionCopy, meeting: Meeting, organisation_id: UUID) -> ItineraryLine:
    is_guest = organisation_id == meeting.guest_id
    partner_id = meeting.host_id if is_guest else meeting.guest_id
    return ItineraryLine(
        **event_fields.place(mission, meeting),
        **event_fields.named(mission, partner_id, "partner_"),
        meeting_id=meeting.id,
        partner_id=partner_id,
        person_id=meeting.guest_person_id if is_guest else meeting.host_person_id,
        status=meeting.status,
        reason=meeting.reason,
    )
