"""What events tell beside ids, so that their readers need not ask back: who the organisations are, where a place is."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session, object_session

from matching import queries
from matching.models import Agreement, Meeting, MissionCopy, OrganisationCopy


@contextmanager
def at_hand(session: Session, organisation_ids: Iterable[UUID]) -> Iterator[None]:
    """Have some organisations in the session, read at once, while much is told of them."""
    held = queries.organisations(session, organisation_ids)
    yield
    held.clear()


def named(row: object, organisation_id: UUID, prefix: str = "") -> dict[str, Any]:
    """Tell name and region of an organisation that a row names; both empty where it was not heard of."""
    session = object_session(row)
    known = session.get(OrganisationCopy, organisation_id) if session else None
    return {f"{prefix}names": known.names if known else {}, f"{prefix}region": known.region if known else ""}


def speaking(row: object, organisation_id: UUID) -> dict[str, Any]:
    """Tell name and region of the organisation that a row is about."""
    known = named(row, organisation_id)
    return {"organisation_names": known["names"], "region": known["region"]}


def both(row: Agreement | Meeting) -> dict[str, Any]:
    """Tell who a guest and a host are, and in which mission they met."""
    ends = {"guest_organisation_id": row.guest_id, "host_organisation_id": row.host_id, "mission_id": row.mission_id}
    return ends | named(row, row.guest_id, "guest_") | named(row, row.host_id, "host_")


def place(mission: MissionCopy, meeting: Meeting) -> dict[str, Any]:
    """Tell when and where a meeting is, by the mission's programme and hall as they were last heard of."""
    slot = next((slot for slot in mission.slots if slot["id"] == meeting.slot), {})
    table = next((table for table in mission.tables if table["id"] == meeting.table), {})
    return {
        "slot": meeting.slot,
        "session": slot.get("session", ""),
        "starts_at": meeting.starts_at,
        "ends_at": meeting.ends_at,
        "table": meeting.table,
        "table_location": table.get("location", ""),
        "is_online": meeting.is_online,
        "interpreter": meeting.interpreter,
    }
