"""Guests against hosts: how close each pair is, whether the two meet, and whether one does not want to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from matching import queries
from matching.domain.answers import SignalKind
from matching.domain.report_figures import closeness
from matching.models import Inputs, Meeting, MeetingRequest, Pair, Signal
from matching.models.meetings import MeetingStatus
from matching.models.requests import RequestStatus
from matching.queries import missions
from matching.queries.recommendations import reasons_of
from matching.timetabling.model.hall import natural_order
from servicekit.auth.actors import Actor

Ends = tuple[UUID, UUID]
"""A guest and a host."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What is known of a pair; level: how close the two are, 1 to 4, or 0 where no reason to meet was found."""

    level: int = 0
    is_met: bool = False
    is_refused: bool = False


@dataclass(frozen=True, kw_only=True)
class Opened:
    """All that is known of one pair."""

    ends: Ends
    level: int
    reasons: Sequence[Mapping[str, Any]]
    """As the guest reads them."""
    meeting: Meeting | None
    wish: MeetingRequest | None
    """The newest request between the two."""
    avoided_by: Sequence[UUID]
    """Who asked not to meet the other."""
    aside: Sequence[Signal]
    can_add: bool
    """Whether there is a timetable to which a meeting can be added."""


def in_order(session: Session, mission_id: UUID, actor: Actor) -> dict[str, list[UUID]]:
    """Return the guests and the hosts of a mission, each side in the order of its references."""
    sides = missions.sides(session, mission_id, actor)
    references = queries.references(session, sides)
    listed = sorted(sides, key=lambda id_: (natural_order(references.get(id_, "")), str(id_)))
    return {side: [id_ for id_ in listed if sides[id_] == side] for side in ("guest", "host")}


def count(session: Session, mission_id: UUID, actor: Actor) -> int:
    """Return how many pairs of a mission have a reason to meet."""
    return session.scalar(select(func.count()).select_from(Pair).where(Pair.mission_id == mission_id)) or 0


def cells(
    session: Session, mission_id: UUID, guests: Sequence[UUID], hosts: Sequence[UUID], actor: Actor
) -> dict[Ends, Cell]:
    """Return what is known of the pairs of some guests and hosts; one of which nothing is known is left out."""
    of_block = Pair.mission_id == mission_id, Pair.guest_id.in_(guests), Pair.host_id.in_(hosts)
    scored = session.execute(select(Pair.guest_id, Pair.host_id, Pair.score).where(*of_block))
    found = {(guest, host): Cell(level=closeness(score)) for guest, host, score in scored}
    for ends in _refused(session, mission_id, guests, hosts):
        found[ends] = replace(found.get(ends, Cell()), is_refused=True)
    standing = select(Meeting.guest_id, Meeting.host_id).where(
        Meeting.mission_id == mission_id,
        Meeting.guest_id.in_(guests),
        Meeting.host_id.in_(hosts),
        Meeting.status != MeetingStatus.CANCELLED,
    )
    for guest, host in session.execute(standing):
        found[guest, host] = replace(found.get((guest, host), Cell()), is_met=True)
    return found


def opened(session: Session, mission_id: UUID, ends: Ends, language: str, actor: Actor) -> Opened:
    """Return all that is known of a pair, reasons in a language."""
    guest, host = ends
    pair = session.get(Pair, (mission_id, guest, host))
    counters = session.get(Inputs, mission_id)
    meeting = Meeting.mission_id == mission_id, Meeting.guest_id == guest, Meeting.host_id == host
    wishes = _wishes(session, mission_id, [guest], [host])
    return Opened(
        ends=ends,
        level=closeness(pair.score) if pair else 0,
        reasons=reasons_of(session, mission_id, guest, host, language, actor),
        meeting=session.scalars(select(Meeting).where(*meeting)).first(),
        wish=wishes[-1] if wishes else None,
        avoided_by=[one for one, _other in _avoided(session, mission_id, ends)],
        aside=_signals(session, mission_id, [guest], [host]),
        can_add=counters is not None and counters.timetable_number > 0,
    )


def _refused(session: Session, mission_id: UUID, guests: Sequence[UUID], hosts: Sequence[UUID]) -> Iterable[Ends]:
    """Name the pairs of which one has declined, set the other aside as not fitting, or asked not to meet it."""
    newest = {row.pair: row.status for row in _wishes(session, mission_id, guests, hosts)}
    refused = {pair for pair, status in newest.items() if status == RequestStatus.DECLINED}
    said = _signals(session, mission_id, guests, hosts)
    refused |= {row.pair for row in said if row.kind == SignalKind.NOT_FOR_US}
    refused |= {frozenset(ends) for ends in _avoided(session, mission_id, (*guests, *hosts))}
    of_guests, of_hosts = set(guests), set(hosts)
    for pair in refused:
        guest, host = pair & of_guests, pair & of_hosts
        if guest and host:
            yield next(iter(guest)), next(iter(host))


def _avoided(session: Session, mission_id: UUID, ids: Sequence[UUID]) -> list[Ends]:
    """List who of some organisations asked not to meet whom of them."""
    rows = queries.participants(session, mission_id, ids)
    known = set(ids)
    return [(row.organisation_id, other) for row in rows for other in map(UUID, row.avoids) if other in known]


def _wishes(
    session: Session, mission_id: UUID, guests: Sequence[UUID], hosts: Sequence[UUID]
) -> Sequence[MeetingRequest]:
    """Return the requests between some guests and hosts, the newest last."""
    one, other = MeetingRequest.from_organisation_id, MeetingRequest.to_organisation_id
    between = or_(and_(one.in_(guests), other.in_(hosts)), and_(one.in_(hosts), other.in_(guests)))
    query = select(MeetingRequest).where(MeetingRequest.mission_id == mission_id, between)
    return session.scalars(query.order_by(MeetingRequest.created_at, MeetingRequest.id)).all()


def _signals(session: Session, mission_id: UUID, guests: Sequence[UUID], hosts: Sequence[UUID]) -> Sequence[Signal]:
    """Return what stands of what some guests and hosts say of each other."""
    one, other = Signal.organisation_id, Signal.partner_id
    between = or_(and_(one.in_(guests), other.in_(hosts)), and_(one.in_(hosts), other.in_(guests)))
    query = select(Signal).where(Signal.mission_id == mission_id, Signal.taken_back_at.is_(None), between)
    return session.scalars(query.order_by(Signal.said_at, Signal.id)).all()
