"""Recommendations as each of the two sides reads them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matching import queries
from matching.models import Meeting, OrganisationCopy, Pair
from matching.models.meetings import MeetingStatus
from matching.queries import missions
from servicekit.auth import Actor


def pairs(session: Session, mission_id: UUID, organisation_id: UUID | None = None) -> list[Pair]:
    """Return the pairs of a mission, or those of one organisation, best first."""
    query = select(Pair).where(Pair.mission_id == mission_id)
    if organisation_id is not None:
        query = query.where(or_(Pair.guest_id == organisation_id, Pair.host_id == organisation_id))
    return list(session.scalars(query.order_by(Pair.place)))


def partners(session: Session, mission_id: UUID, organisation_id: UUID, actor: Actor) -> list[dict[str, Any]]:
    """Return whom an organisation should meet, best first, with reasons as it reads them."""
    return [as_read_by(pair, organisation_id) for pair in pairs(session, mission_id, organisation_id)]


def partners_known(session: Session, found: Iterable[dict[str, Any]], actor: Actor) -> dict[UUID, OrganisationCopy]:
    """Return the partners that were heard of, by their ids."""
    return queries.organisations(session, (row["organisation_id"] for row in found))


def lists(session: Session, mission_id: UUID, asked: UUID | None, actor: Actor) -> list[dict[str, Any]]:
    """Return the list of one admitted organisation; where none is asked for, those of all guests."""
    found = partners_of_all(session, mission_id)
    sides = missions.sides(session, mission_id, actor)
    wanted = [id_ for id_, side in sides.items() if id_ == asked or (asked is None and side == "guest")]
    return [{"organisation_id": id_, "partners": found.get(id_, [])} for id_ in wanted]


def partners_of_all(session: Session, mission_id: UUID) -> dict[UUID, list[dict[str, Any]]]:
    """Return whom each organisation of a mission should meet: both sides, best first."""
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for pair in pairs(session, mission_id):
        for organisation_id in (pair.guest_id, pair.host_id):
            found[organisation_id].append(as_read_by(pair, organisation_id))
    return found


def as_read_by(pair: Pair, organisation_id: UUID) -> dict[str, Any]:
    """Tell a pair to one of its two: the partner, the score, and who seeks what."""
    is_guest = organisation_id == pair.guest_id
    return {
        "organisation_id": pair.host_id if is_guest else pair.guest_id,
        "score": pair.score,
        "reasons": [_read(reason, is_guest=is_guest) for reason in pair.reasons],
    }


def met_elsewhere(session: Session, mission_id: UUID, organisation_ids: Iterable[UUID]) -> set[frozenset[UUID]]:
    """Return the pairs of these organisations that have met in another mission."""
    ids = set(organisation_ids)
    query = select(Meeting).where(Meeting.status == MeetingStatus.HELD, Meeting.mission_id != mission_id)
    query = query.where(Meeting.guest_id.in_(ids), Meeting.host_id.in_(ids))
    return {frozenset(meeting.pair) for meeting in session.scalars(query)}


def _read(reason: dict[str, Any], *, is_guest: bool) -> dict[str, Any]:
    """Say a reason to the guest or the host: `you_seek`, `they_seek`, or `both_seek` where two needs met."""
    ours = ("need", "need_marks", "offer", "offer_marks")
    told = {name: reason[name] for name in ours}
    if reason["direction"] == "both_need":
        swapped = dict(zip(ours, (reason[name] for name in (*ours[2:], *ours[:2])), strict=True))
        return {"direction": "both_seek", **(told if is_guest else swapped)}
    mine = (reason["direction"] == "guest_needs") == is_guest
    return {"direction": "you_seek" if mine else "they_seek", **told}
