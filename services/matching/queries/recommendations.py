"""Recommendations as each of the two sides reads them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matching import queries
from matching.models import Meeting, OrganisationCopy, Pair
from matching.models.meetings import MeetingStatus
from matching.queries import missions
from matching.queries.marks import mark
from matching.queries.wording import word
from servicekit.auth import Actor

BEST_FIRST = (Pair.place, Pair.guest_id, Pair.host_id)
"""The order of every list; who was scored since the last whole round may share a place with another."""
MOST = 10_000
"""Ids that are asked for at once: PostgreSQL takes 65,535 in a query, and a large mission has more."""


def partners(
    session: Session, mission_id: UUID, organisation_id: UUID, language: str, actor: Actor
) -> list[dict[str, Any]]:
    """Return whom an organisation should meet, best first, with reasons as it reads them in a language."""
    in_its_list = or_(
        (Pair.guest_id == organisation_id) & Pair.is_in_list_of_guest,
        (Pair.host_id == organisation_id) & Pair.is_in_list_of_host,
    )
    query = select(Pair).where(Pair.mission_id == mission_id, in_its_list)
    found = [as_read_by(pair, organisation_id) for pair in session.scalars(query.order_by(*BEST_FIRST))]
    word(session, mission_id, organisation_id, found, language)
    mark(session, [reason for partner in found for reason in partner["reasons"]])
    return found


def reasons_of(
    session: Session, mission_id: UUID, organisation_id: UUID, partner_id: UUID, language: str, actor: Actor
) -> list[dict[str, Any]]:
    """Return why an organisation should meet another, as it reads it; nothing where no reason is known."""
    ends = (organisation_id, partner_id)
    pair = session.get(Pair, (mission_id, *ends)) or session.get(Pair, (mission_id, *ends[::-1]))
    if pair is None:
        return []
    found = [as_read_by(pair, organisation_id)]
    word(session, mission_id, organisation_id, found, language)
    mark(session, found[0]["reasons"])
    reasons: list[dict[str, Any]] = found[0]["reasons"]
    return reasons


def recommended_score(session: Session, meeting: Meeting) -> float | None:
    """Return the score with which one of the two is recommended to the other; None where neither is."""
    pair = session.get(Pair, (meeting.mission_id, *meeting.pair))
    return pair.score if pair and (pair.is_in_list_of_guest or pair.is_in_list_of_host) else None


def partners_known(session: Session, found: Iterable[dict[str, Any]], actor: Actor) -> dict[UUID, OrganisationCopy]:
    """Return the partners that were heard of, by their ids."""
    return queries.organisations(session, (row["organisation_id"] for row in found))


def lists(session: Session, mission_id: UUID, asked: UUID | None, language: str, actor: Actor) -> list[dict[str, Any]]:
    """Return the list of one admitted organisation; where none is asked for, those of all guests.

    In those of all, reasons come as they were found, a large mission's without marks: they are made for a reader.
    """
    sides = missions.sides(session, mission_id, actor)
    if asked is not None:
        mine = [asked] if asked in sides else []
        return [
            {"organisation_id": id_, "partners": partners(session, mission_id, id_, language, actor)} for id_ in mine
        ]
    found = partners_of_all(session, mission_id)
    return [{"organisation_id": id_, "partners": found.get(id_, [])} for id_, side in sides.items() if side == "guest"]


def partners_of_all(
    session: Session, mission_id: UUID, only: Collection[UUID] | None = None
) -> dict[UUID, list[dict[str, Any]]]:
    """Return whom each organisation of a mission, or each of some, should meet: both sides, best first."""
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for own, is_shown in ((Pair.guest_id, Pair.is_in_list_of_guest), (Pair.host_id, Pair.is_in_list_of_host)):
        query = select(Pair).where(Pair.mission_id == mission_id, is_shown)
        query = query if only is None else query.where(own.in_(only))
        for pair in session.scalars(query.order_by(*BEST_FIRST)):
            id_: UUID = getattr(pair, own.key)
            found[id_].append(as_read_by(pair, id_))
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
    known = set(organisation_ids)
    ids = list(known)
    held = select(Meeting.guest_id, Meeting.host_id).where(Meeting.status == MeetingStatus.HELD)
    elsewhere = held.where(Meeting.mission_id != mission_id)
    theirs = (Meeting.guest_id.in_(ids[start : start + MOST]) for start in range(0, len(ids), MOST))
    met = {(guest, host) for some in theirs for guest, host in session.execute(elsewhere.where(some))}
    return {frozenset(ends) for ends in met if known.issuperset(ends)}


def _read(reason: dict[str, Any], *, is_guest: bool) -> dict[str, Any]:
    """Say a reason to the guest or the host: `you_seek`, `they_seek`, or `both_seek` where two needs met."""
    ours = ("need", "need_id", "need_marks", "offer", "offer_id", "offer_marks")
    told = {name: reason.get(name, []) for name in ours}
    languages = reason.get("unmarked")
    if reason["direction"] == "both_need" and not is_guest:
        told = dict(zip(ours, (told[name] for name in (*ours[3:], *ours[:3])), strict=True))
        languages = languages and languages[::-1]
    left = {"unmarked": languages} if languages else {}
    if reason["direction"] == "both_need":
        return {"direction": "both_seek", **told, **left}
    mine = (reason["direction"] == "guest_needs") == is_guest
    return {"direction": "you_seek" if mine else "they_seek", **told, **left}
