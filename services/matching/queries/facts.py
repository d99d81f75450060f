"""A mission's facts as the solver takes them.

The solver breaks ties by the text of ids. Ids differ from one instance to the next, so each
organisation and person goes by an alias derived from its reference: one mission gives one
timetable, wherever it is solved.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from matching import queries
from matching.models import DelegateCopy, Meeting, MeetingRequest, MissionCopy, Pair, ParticipantCopy
from matching.models.requests import RequestStatus
from matching.pack import MatchingRules
from matching.queries import signals
from matching.queries.slots import instants, slots_of
from matching.timetabling.model.availability import Walk
from matching.timetabling.model.hall import Table, video_tables
from matching.timetabling.model.people import AgendaItem, Interpreter, Person, Window
from matching.timetabling.model.problem import Candidate, Problem
from matching.timetabling.model.timetable import Pair as Ends
from matching.timetabling.model.timetable import Placed
from servicekit import identifiers

REQUESTED, RECOMMENDED = 0, 1
"""Tiers of candidates: any number of recommendations counts less than one accepted request."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The problem of a mission as it is at an instant, with nothing locked, and the meetings that there are."""

    problem: Problem
    meetings: tuple[Meeting, ...]
    begun: frozenset[UUID]
    """Meetings that are over or have begun."""
    aliases: Mapping[UUID, UUID]
    """Organisation or person -> how the problem calls it."""
    admitted: frozenset[UUID]
    declined: frozenset[frozenset[UUID]]
    _placed: dict[Meeting, Placed] = field(default_factory=dict, repr=False, compare=False)

    def placed(self, meeting: Meeting) -> Placed:
        """Say a meeting, as it was when it was first asked for, in the words of the problem."""
        if meeting not in self._placed:
            ends = (meeting.guest_id, meeting.host_id, meeting.guest_person_id, meeting.host_person_id)
            guest, host, guest_person, host_person = (self.aliases.get(id_, id_) for id_ in ends)
            self._placed[meeting] = Placed(
                guest_id=guest,
                host_id=host,
                slot_id=meeting.slot,
                table_id=meeting.table,
                guest_person=guest_person,
                host_person=host_person,
                online=meeting.is_online,
                interpreter=meeting.interpreter,
            )
        return self._placed[meeting]


def facts_of(
    session: Session,
    mission: MissionCopy,
    rules: MatchingRules,
    now: datetime,
    *,
    pairs_of: Collection[UUID] | None = None,
    candidates: bool = True,
) -> Facts:
    """Gather what a timetable of a mission is made from; without candidates only what decides where meetings may be.

    Without `pairs_of` all recommended pairs are candidates; with it those that have a meeting and those of the
    organisations that it names: a repair of thousands of meetings reads nothing else.

    Raises:
        ValueError: no timetable can be made from the programme.

    """
    everybody = {row.organisation_id: row for row in queries.participants(session, mission.id)}
    people = queries.delegates(session, mission.id)
    aliases = _aliases(session, mission.id, everybody, people)
    meetings = tuple(session.scalars(select(Meeting).where(Meeting.mission_id == mission.id).order_by(Meeting.id)))
    wishes = session.scalars(select(MeetingRequest).where(MeetingRequest.mission_id == mission.id)).all()
    declined = _declined(wishes) | {signal.pair for signal in signals.standing(session, mission.id)}
    tables = tuple(Table(**table) for table in mission.tables)
    begun = frozenset(m.id for m in meetings if m.is_over or (m.stands and m.starts_at <= now))
    recommended = _recommended(session, mission.id, rules, pairs_of) if candidates else ()
    ends = _Ends(everybody, aliases, wishes, meetings, declined)
    problem = Problem(
        slots=slots_of(mission, (m for m in meetings if m.id in begun)),
        tables=tables,
        online_tables=video_tables(tables, tuple(mission.online_tables)),
        people=tuple(_people(people, everybody, aliases)),
        candidates=tuple(_candidates(recommended, ends)) if candidates else (),
        max_per_person_per_day=mission.max_meetings_per_person_per_day,
        agenda=tuple(_agenda_item(item, aliases) for item in mission.agenda if item["binds"]),
        interpreters=tuple(_interpreter(row) for row in mission.interpreters),
        walking=tuple(
            Walk(ends=frozenset((row["from_location"], row["to_location"])), minutes=row["minutes"])
            for row in mission.walking
        ),
        aims=rules.aims,
        avoid=frozenset(_avoided(everybody.values(), aliases)),
        min_meetings_per_guest=mission.min_meetings_per_guest,
        earliest_start_at=now,
    )
    return Facts(
        problem=problem,
        meetings=meetings,
        begun=begun,
        aliases=aliases,
        admitted=frozenset(id_ for id_, row in everybody.items() if row.is_in),
        declined=frozenset(declined),
    )


@dataclass(frozen=True)
class _Ends:
    """What decides which pairs may meet."""

    everybody: Mapping[UUID, ParticipantCopy]
    aliases: Mapping[UUID, UUID]
    wishes: Iterable[MeetingRequest]
    meetings: tuple[Meeting, ...]
    declined: set[frozenset[UUID]]


def _recommended(
    session: Session, mission_id: UUID, rules: MatchingRules, pairs_of: Collection[UUID] | None
) -> Iterable[tuple[UUID, UUID, float]]:
    """Read guest, host and score of the recommended pairs, of all or of those that a repair needs."""
    columns = select(Pair.guest_id, Pair.host_id, Pair.score)  # reasons are long, and nobody reads them here
    query = columns.where(Pair.mission_id == mission_id, Pair.score >= rules.timetable_cut_off)
    if pairs_of is not None:
        same = Meeting.mission_id == Pair.mission_id, Meeting.guest_id == Pair.guest_id, Meeting.host_id == Pair.host_id
        query = query.where(or_(exists().where(*same), Pair.guest_id.in_(pairs_of), Pair.host_id.in_(pairs_of)))
    return ((guest_id, host_id, score) for guest_id, host_id, score in session.execute(query))


def _candidates(recommended: Iterable[tuple[UUID, UUID, float]], ends: _Ends) -> Iterable[Candidate]:
    """List the pairs that may meet: wished first, then recommended, then those that have a meeting anyway."""
    worth: dict[Ends, tuple[int, int]] = {m.pair: (1, RECOMMENDED) for m in ends.meetings if m.stands or m.is_over}
    kept = set(worth)
    for guest_id, host_id, score in recommended:
        if not ends.declined or frozenset((guest_id, host_id)) not in ends.declined:
            worth[guest_id, host_id] = (max(1, round(100 * score)), RECOMMENDED)
    for wish in ends.wishes:
        if wish.status == RequestStatus.ACCEPTED:
            worth[_in_order(wish, ends.everybody)] = (1, REQUESTED)
    called_off = {meeting.pair for meeting in ends.meetings if meeting.is_called_off}
    admitted = {id_ for id_, row in ends.everybody.items() if row.is_in}
    for pair, (value, tier) in worth.items():
        guest, host = pair
        if pair in kept or (guest in admitted and host in admitted and pair not in called_off):
            yield Candidate(guest_id=ends.aliases[guest], host_id=ends.aliases[host], value=value, tier=tier)


def _in_order(wish: MeetingRequest, everybody: Mapping[UUID, ParticipantCopy]) -> Ends:
    """Name the guest first, whoever asked."""
    asker = everybody.get(wish.from_organisation_id)
    if asker is not None and asker.side == "host":
        return wish.to_organisation_id, wish.from_organisation_id
    return wish.from_organisation_id, wish.to_organisation_id


def _declined(wishes: Iterable[MeetingRequest]) -> set[frozenset[UUID]]:
    """Return the pairs of which one refused the other and has not agreed since."""
    refused = {wish.pair for wish in wishes if wish.status == RequestStatus.DECLINED}
    return refused - {wish.pair for wish in wishes if wish.status == RequestStatus.ACCEPTED}


def _aliases(
    session: Session, mission_id: UUID, everybody: Iterable[UUID], people: Iterable[DelegateCopy]
) -> dict[UUID, UUID]:
    ids = list(everybody)
    known = queries.references(session, ids)
    aliases = {id_: id_ for id_ in ids}
    aliases |= {id_: identifiers.derived("organisation", reference) for id_, reference in known.items() if reference}
    named = {row.id: identifiers.derived("delegate", row.reference) for row in people if row.reference}
    return _unique(aliases | named | {row.id: row.id for row in people if not row.reference})


def _unique(aliases: dict[UUID, UUID]) -> dict[UUID, UUID]:
    """Let those keep their own id whose alias is another's, too."""
    taken: set[UUID] = set()
    for id_, alias in aliases.items():
        aliases[id_] = id_ if alias in taken else alias
        taken.add(alias)
    return aliases


def _people(
    people: Iterable[DelegateCopy], everybody: Mapping[UUID, ParticipantCopy], aliases: Mapping[UUID, UUID]
) -> Iterable[Person]:
    """List those who come, each with the windows that are left."""
    for row in people:
        participant = everybody.get(row.organisation_id)
        windows = _windows(row, participant)
        if participant is not None and windows:
            yield Person(
                id=aliases[row.id],
                organisation_id=aliases[row.organisation_id],
                windows=windows,
                online=row.attendance == "online",
                can_negotiate=row.can_negotiate,
                languages=frozenset(row.languages),
            )


def _interpreter(row: dict[str, Any]) -> Interpreter:
    return Interpreter(
        id=row["id"],
        languages=frozenset(row["languages"]),
        windows=tuple(map(instants, row["availability"])),
    )


def _windows(row: DelegateCopy, participant: ParticipantCopy | None) -> tuple[Window, ...]:
    """Cut a person's windows where the organisation leaves; one that is not in has none."""
    left = participant.withdrawn_from if participant and participant.status == "withdrawn" else None
    if row.is_removed or participant is None or not (participant.is_in or left):
        return ()
    whole = map(instants, row.availability)
    cut = ((since, min(until, left) if left else until) for since, until in whole)
    return tuple((since, until) for since, until in cut if since < until)


def _agenda_item(item: dict[str, Any], aliases: Mapping[UUID, UUID]) -> AgendaItem:
    named = item["organisations"]
    return AgendaItem(
        starts_at=datetime.fromisoformat(item["starts_at"]),
        ends_at=datetime.fromisoformat(item["ends_at"]),
        organisations=None if named is None else frozenset(aliases.get(UUID(id_), UUID(id_)) for id_ in named),
        location=item["location"],
        id=item["id"],
    )


def _avoided(everybody: Iterable[ParticipantCopy], aliases: Mapping[UUID, UUID]) -> Iterable[frozenset[UUID]]:
    for row in everybody:
        for other in map(UUID, row.avoids):
            yield frozenset((aliases[row.organisation_id], aliases.get(other, other)))
