"""The meetings of matching: nobody is in two places at once, and everybody was told of his own."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from sqlalchemy import select

from matching.models import Itinerary, Meeting
from notifications.handlers.retention import RETENTION
from notifications.models import Delegate, Mission, NotifiedMeeting, Participant
from servicekit.data import clock
from servicekit.service import Runtime


def double_bookings(runtimes: Sequence[Runtime]) -> Iterator[str]:
    """Say who, and which table, has two meetings that overlap."""
    for runtime in runtimes:
        if runtime.service.name != "matching":
            continue
        with runtime.database.read() as session:
            standing = [meeting for meeting in session.scalars(select(Meeting)) if meeting.stands]
        taken: dict[str, list[Meeting]] = defaultdict(list)
        for meeting in standing:
            for person in (meeting.guest_person_id, meeting.host_person_id):
                taken[f"person {person}"].append(meeting)
            taken[f"table {meeting.table} of mission {meeting.mission_id}"].append(meeting)
        for who, meetings in taken.items():
            for before, after in pairwise(sorted(meetings, key=lambda meeting: meeting.starts_at)):
                if after.starts_at < before.ends_at:
                    yield f"{who} has meetings {before.id} and {after.id} at once"


def wrongly_told(runtimes: Sequence[Runtime]) -> Iterator[str]:
    """Say who was last told something else about a meeting than the itinerary has; half a year later nobody knows."""
    by_name = {runtime.service.name: runtime for runtime in runtimes}
    if not {"matching", "notifications"} <= set(by_name):
        return
    with by_name["matching"].database.read() as session:
        itineraries = session.scalars(select(Itinerary).where(Itinerary.version > 0)).all()
    with by_name["notifications"].database.read() as session:
        told = {(row.person_id, row.meeting_id): row for row in session.scalars(select(NotifiedMeeting))}
        there = {row.id for row in session.scalars(select(Delegate))}
        participants = session.scalars(select(Participant).where(Participant.status == "withdrawn"))
        gone = {(row.mission_id, row.organisation_id) for row in participants}
        long_over = select(Mission.id).where(Mission.ends_at < clock.now(session) - RETENTION)
        forgotten = set(session.scalars(long_over))
    for itinerary in itineraries:
        is_gone = (itinerary.mission_id, itinerary.organisation_id) in gone
        if not is_gone and itinerary.mission_id not in forgotten:
            for line in itinerary.told:
                person, meeting = UUID(line["person_id"]), UUID(line["meeting_id"])
                if person in there:
                    yield from _differs(line, told.get((person, meeting)))


def _differs(line: dict[str, str], told: NotifiedMeeting | None) -> Iterator[str]:
    what = f"meeting {line['meeting_id']} is {line['status']} at {line['starts_at']}"
    if line["status"] in ("scheduled", "moved"):
        if told is None or told.is_cancelled:
            yield f"{what}, and {line['person_id']} was not told"
        elif _at(told.line["starts_at"]) != _at(line["starts_at"]) or told.line["table"] != line["table"]:
            yield f"{what}, and {line['person_id']} was told {told.line['starts_at']}, {told.line['table']}"
    elif line["status"] == "cancelled" and told is not None and not told.is_cancelled:
        yield f"{what}, and {line['person_id']} was not told so"


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
