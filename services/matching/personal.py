"""What matching holds of people: ids, hours, places at tables, notes; a sole trader's published name."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from matching.handlers import versions
from matching.handlers.timetable import incidents
from matching.models import DelegateCopy, Meeting, MeetingNote, OrganisationCopy
from matching.scope import SCOPE
from servicekit.auth.actors import Actor
from servicekit.privacy.personal import Personal, Records
from servicekit.texts.languages import noop as _

WORDS: Mapping[str, str] = {
    "delegate": _("Hours"),
    "meeting": _("Meetings"),
    "note": _("Notes of meetings"),
    "text": _("Text"),
    "written_at": _("Written"),
    "meeting_id": _("Meeting"),
    "organisation": _("Organisation"),
    "names": _("Organisation"),
    "reference": _("Number"),
    "attendance": _("Takes part"),
    "availability": _("Can meet"),
    "languages": _("Speaks"),
    "starts_at": _("Begins"),
    "ends_at": _("Ends"),
    "table": _("Table"),
    "status": _("Status"),
}


def is_seen(session: Session, person_id: UUID, actor: Actor) -> bool:
    """Tell whether what is held of a person is there for the actor."""
    row = session.get(DelegateCopy, person_id) or session.get(OrganisationCopy, person_id)
    return actor.may_everywhere() or (row is not None and SCOPE.sees(session, actor, row))


def export(session: Session, person_id: UUID) -> Records:
    """Return a person's hours and meetings, and what the own organisation noted of them."""
    found: dict[str, Sequence[Mapping[str, Any]]] = {}
    row = session.get(DelegateCopy, person_id)
    if row is not None and not row.is_removed:
        found["delegate"] = [
            {
                "reference": row.reference,
                "attendance": row.attendance,
                "can_negotiate": row.can_negotiate,
                "availability": row.availability,
                "languages": row.languages,
            }
        ]
    organisation = session.get(OrganisationCopy, person_id)
    if organisation is not None:
        found["organisation"] = [{"names": organisation.names, "reference": organisation.reference}]
    mine = or_(Meeting.guest_person_id == person_id, Meeting.host_person_id == person_id)
    meetings = session.scalars(select(Meeting).where(mine).order_by(Meeting.starts_at, Meeting.id))
    found["meeting"] = [_meeting(meeting) for meeting in meetings]
    found["note"] = [_note(note) for note in session.scalars(_own_notes(person_id))]
    return {kind: rows for kind, rows in found.items() if rows}


def _own_notes(person_id: UUID) -> Select[MeetingNote]:
    """Select what a person's own organisation has noted of the meetings in which the person sat."""
    of_guest = (Meeting.guest_person_id == person_id) & (Meeting.guest_id == MeetingNote.organisation_id)
    of_host = (Meeting.host_person_id == person_id) & (Meeting.host_id == MeetingNote.organisation_id)
    query = select(MeetingNote).join(Meeting, Meeting.id == MeetingNote.meeting_id)
    return query.where(or_(of_guest, of_host)).order_by(MeetingNote.written_at, MeetingNote.meeting_id)


def _note(note: MeetingNote) -> dict[str, Any]:
    return {"meeting_id": str(note.meeting_id), "text": note.text, "written_at": note.written_at.isoformat()}


def _meeting(meeting: Meeting) -> dict[str, Any]:
    return {
        "id": str(meeting.id),
        "starts_at": meeting.starts_at.isoformat(),
        "ends_at": meeting.ends_at.isoformat(),
        "table": meeting.table,
        "status": str(meeting.status),
    }


def forget(session: Session, person_id: UUID, actor: Actor) -> None:
    """Let a person's place go: meetings pass to a colleague or are cancelled, and the other side is told.

    The meetings that were keep the id: it names nobody any more.
    """
    _drop_notes(session, person_id)
    known = session.get(DelegateCopy, person_id)
    if known is not None:
        versions.locked(session, known.mission_id)
        session.refresh(known, with_for_update=True)
        was_there = not known.is_removed
        known.is_removed, known.reference, known.availability, known.languages = True, "", [], []
        if was_there:
            versions.touch(session, known.mission_id)
            incidents.mend(session, known)
    organisation = session.get(OrganisationCopy, person_id, with_for_update=True)
    if organisation is not None:
        organisation.names = dict.fromkeys(organisation.names, organisation.reference)
        organisation.about, organisation.city = {}, {}


def _drop_notes(session: Session, person_id: UUID) -> None:
    """Delete what either side noted of meetings in which a person, or a sole trader's business, was to sit."""
    ends = (Meeting.guest_person_id, Meeting.host_person_id, Meeting.guest_id, Meeting.host_id)
    met = select(Meeting.id).where(or_(*(end == person_id for end in ends)))
    session.execute(delete(MeetingNote).where(MeetingNote.meeting_id.in_(met)))


PERSONAL = Personal(export=export, erase=forget, is_seen=is_seen, words=WORDS)
