"""What matching holds of people: ids, hours and places at tables; a sole trader's published name."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matching.handlers import incidents, inputs
from matching.models import DelegateCopy, Meeting, OrganisationCopy
from matching.scope import SCOPE
from servicekit.auth import Actor
from servicekit.languages import noop as _
from servicekit.personal import Personal, Records

WORDS: Mapping[str, str] = {
    "delegate": _("Hours"),
    "meeting": _("Meetings"),
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
    """Return a person's hours and meetings."""
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
    return {kind: rows for kind, rows in found.items() if rows}


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
    known = session.get(DelegateCopy, person_id)
    if known is not None:
        inputs.locked(session, known.mission_id)
        session.refresh(known, with_for_update=True)
        was_there = not known.is_removed
        known.is_removed, known.reference, known.availability, known.languages = True, "", [], []
        if was_there:
            inputs.touch(session, known.mission_id)
            incidents.mend(session, known)
    organisation = session.get(OrganisationCopy, person_id, with_for_update=True)
    if organisation is not None:
        organisation.names = dict.fromkeys(organisation.names, organisation.reference)
        organisation.about, organisation.city = {}, {}


PERSONAL = Personal(export=export, erase=forget, is_seen=is_seen, words=WORDS)
