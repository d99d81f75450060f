"""Reaction to itineraries: notify each person of the changes in their own meetings."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.event import Envelope
from contracts.matching import ItineraryIssued
from notifications.domain import itinerary_changes
from notifications.domain.itinerary_changes import Change, LastNotified
from notifications.handlers.deliveries import create_notification, person_home, queue_delivery, serves_home
from notifications.mail import contexts
from notifications.models import Itinerary, Notification, NotifiedMeeting, Participant
from notifications.rules import MAIL
from servicekit import identifiers
from servicekit.auth.actors import Actor
from servicekit.data import clock

KIND = contexts.Itinerary.template


def notify_people(session: Session, envelope: Envelope[ItineraryIssued], actor: Actor) -> None:
    """Queue a mail for each delegate whose meetings differ from what the delegate was last notified about.

    The newest stored itinerary decides, so a late older one causes no mail. Organisations that have withdrawn from the
    mission get none.
    """
    data = envelope.data
    itinerary = session.get(Itinerary, identifiers.derived("itinerary", data.mission_id, data.organisation_id))
    if itinerary is None or _has_withdrawn(session, itinerary):
        return
    homes = {person: person_home(session, person, envelope) for person in _people_to_notify(session, itinerary)}
    changes = {
        person: _changes_for(session, itinerary, person) for person, home in homes.items() if serves_home(session, home)
    }
    if not any(changes.values()):
        return
    notification = create_notification(session, envelope, KIND, data.organisation_id, None)
    for person, found in changes.items():
        if notification is not None and found:
            _queue_changes(session, notification, itinerary, (person, homes[person]), found)


def _has_withdrawn(session: Session, itinerary: Itinerary) -> bool:
    here = select(Participant.status).where(
        Participant.mission_id == itinerary.mission_id, Participant.organisation_id == itinerary.organisation_id
    )
    return session.scalar(here) == "withdrawn"


def _people_to_notify(session: Session, itinerary: Itinerary) -> list[UUID]:
    """List the people who attend meetings now, and those who were notified of meetings before."""
    attends = {UUID(line["person_id"]) for line in itinerary.meetings}
    return sorted(attends | {row.person_id for row in _notified_meetings(session, itinerary)})


def _notified_meetings(session: Session, itinerary: Itinerary) -> Sequence[NotifiedMeeting]:
    known = select(NotifiedMeeting).where(
        NotifiedMeeting.mission_id == itinerary.mission_id, NotifiedMeeting.organisation_id == itinerary.organisation_id
    )
    return session.scalars(known.with_for_update()).all()


def _changes_for(session: Session, itinerary: Itinerary, person_id: UUID) -> list[Change]:
    known = {
        str(row.meeting_id): LastNotified(line=row.line, is_cancelled=row.is_cancelled, sequence=row.sequence)
        for row in _notified_meetings(session, itinerary)
        if row.person_id == person_id
    }
    return itinerary_changes.find_changes(str(person_id), itinerary.meetings, known)


def _queue_changes(
    session: Session, notification: Notification, itinerary: Itinerary, person: tuple[UUID, str], changes: list[Change]
) -> None:
    person_id, home = person
    content = _delivery_content(itinerary, person_id, changes)
    delivery = queue_delivery(session, notification, person_id, MAIL, content, home)
    if delivery is not None:
        delivery.is_critical = itinerary_changes.is_urgent(changes, clock.now(session))
        _record_notified(session, itinerary, person_id, changes)


def _delivery_content(itinerary: Itinerary, person_id: UUID, changes: list[Change]) -> dict[str, Any]:
    by_kind: dict[str, Any] = {"new": [], "moved": [], "cancelled": []}
    for change in changes:
        entry = {**change.line, "sequence": change.sequence}
        if change.old is not None:
            entry |= {"old_starts_at": change.old["starts_at"], "old_table": change.old["table"]}
        by_kind[change.kind].append(entry)
    unchanged = itinerary_changes.count_unchanged(str(person_id), itinerary.meetings, changes)
    return {**by_kind, "unchanged_count": unchanged, "cause": itinerary.cause}


def _record_notified(session: Session, itinerary: Itinerary, person_id: UUID, changes: list[Change]) -> None:
    for change in changes:
        meeting_id = UUID(change.line["meeting_id"])
        row = session.get(NotifiedMeeting, (person_id, meeting_id))
        if row is None:
            row = NotifiedMeeting(person_id=person_id, meeting_id=meeting_id)
            session.add(row)
        row.mission_id, row.organisation_id = itinerary.mission_id, itinerary.organisation_id
        row.line, row.sequence = dict(change.line), change.sequence
        row.is_cancelled = change.kind == "cancelled"
