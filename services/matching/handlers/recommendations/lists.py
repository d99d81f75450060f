"""Lists, signals.

Make the lists of a mission from its stored pairs: whom each organisation is shown.

What organisations say of recommended partners: heard at once, and taken back as easily.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from contracts import matching as events
from matching import event_fields, lookups
from matching.commands import GiveSignal
from matching.errors import SignalNotFoundError
from matching.handlers import versions
from matching.handlers.recommendations import list_publication
from matching.models import Inputs, MissionCopy, Pair, Signal
from matching.queries import recommendations
from matching.recommending.lists import FairLists, Lead, ListRules, fair_lists
from servicekit import identifiers
from servicekit.auth.actors import Actor
from servicekit.bus import outbox
from servicekit.data import clock
from servicekit.telemetry import audit_log
from servicekit.texts.languages import noop as _

Ends = tuple[UUID, UUID]


def make_lists(session: Session, mission: MissionCopy, counters: Inputs) -> None:
    """Choose what is shown to whom, and count the lists that differ from what was published."""
    columns = select(Pair.guest_id, Pair.host_id, Pair.place, Pair.is_in_list_of_guest, Pair.is_in_list_of_host)
    in_order = columns.where(Pair.mission_id == mission.id).order_by(Pair.place, Pair.guest_id, Pair.host_id)
    rows = session.execute(in_order).all()
    rules = lookups.rules_for(session, mission).lists
    hidden = {ends for signal in recommendations.standing(session, mission.id) for ends in signal.hides()}
    to_guests = (Lead(guest, host, place) for guest, host, place, *_ in rows if (guest, host) not in hidden)
    to_hosts = (Lead(host, guest, place) for guest, host, place, *_ in rows if (host, guest) not in hidden)
    of_guests, of_hosts = _shown(fair_lists(to_guests, rules)), _shown(fair_lists(to_hosts, rules))
    viewers: set[UUID] = set()
    changes = []
    for guest, host, _place, *was_shown in rows:
        is_shown = [(guest, host) in of_guests, (host, guest) in of_hosts]
        if is_shown != was_shown:
            viewers |= {end for end, now, was in zip((guest, host), is_shown, was_shown, strict=True) if now != was}
            ends = {"guest_id": guest, "host_id": host}
            changes.append(ends | dict(zip(("is_in_list_of_guest", "is_in_list_of_host"), is_shown, strict=True)))
    _write(session, mission.id, changes)
    counters.are_lists_due = False
    list_publication.compare(session, counters, viewers)


def refresh_lists(session: Session, mission: MissionCopy, counters: Inputs, viewers: Collection[UUID]) -> None:
    """Refresh the lists of some after the pairs of a few have changed; nobody else's list is touched.

    Who was shown stays where the list has room; whoever has changed is shown to those among whose best it is.
    Neither they nor who makes room for them are left in nobody's list; what fairness asks for beyond that comes when
    all lists are made anew.
    """
    rules, concerned = lookups.rules_for(session, mission).lists, set(viewers)
    hidden = {ends for signal in recommendations.standing(session, mission.id) for ends in signal.hides()}
    columns = select(Pair.guest_id, Pair.host_id, Pair.place, Pair.is_in_list_of_guest, Pair.is_in_list_of_host)
    for is_guest, mine in ((True, Pair.guest_id), (False, Pair.host_id)):
        rows = session.execute(columns.where(Pair.mission_id == mission.id, mine.in_(viewers))).all()
        of_viewer: dict[UUID, list[_Shown]] = defaultdict(list)
        for guest, host, place, *was in sorted(rows, key=lambda row: (row[2], row[0], row[1])):
            viewer, partner = (guest, host) if is_guest else (host, guest)
            if (viewer, partner) not in hidden:
                of_viewer[viewer].append(_Shown(partner, place, was[0 if is_guest else 1]))
        shown = {(viewer, one) for viewer, own in of_viewer.items() for one in _refreshed(own, rules)}
        name = f"is_in_list_of_{'guest' if is_guest else 'host'}"
        changed = [
            row
            for row in rows
            if (((row[0], row[1]) if is_guest else (row[1], row[0])) in shown) != row[3 if is_guest else 4]
        ]
        concerned |= {row.host_id if is_guest else row.guest_id for row in changed}
        _write(
            session,
            mission.id,
            ({"guest_id": row[0], "host_id": row[1], name: not row[3 if is_guest else 4]} for row in changed),
        )
    further = _show_somewhere(session, mission.id, concerned, hidden)
    list_publication.compare(session, counters, further.union(viewers))


def part(session: Session, counters: Inputs, pair: tuple[UUID, UUID]) -> None:
    """Let two who have met be no pair of a mission any more; their lists are made anew by the task."""
    is_theirs = Pair.mission_id == counters.mission_id, Pair.guest_id.in_(pair), Pair.host_id.in_(pair)
    if session.scalars(delete(Pair).where(*is_theirs).returning(Pair.place)).all():
        counters.are_lists_due = True
        counters.timetable_version += 1
        list_publication.compare(session, counters, pair)


def _show_somewhere(session: Session, mission_id: UUID, some: Collection[UUID], hidden: Collection[Ends]) -> set[UUID]:
    """Put whoever of some is in nobody's list on top of that of its best partner, as when all lists are made.

    Returns: whose lists have grown.

    """
    grown: set[UUID] = set()
    of_guest, of_host = Pair.is_in_list_of_guest, Pair.is_in_list_of_host
    sides = (("is_in_list_of_guest", of_guest, Pair.host_id), ("is_in_list_of_host", of_host, Pair.guest_id))
    for name, is_in_list, mine in sides:
        columns = select(mine, Pair.guest_id, Pair.host_id, is_in_list).where(Pair.mission_id == mission_id)
        best: dict[UUID, Ends] = {}
        shown: set[UUID] = set()
        for own, guest, host, is_shown in session.execute(columns.where(mine.in_(some)).order_by(Pair.place)):
            viewer = guest if own == host else host
            if is_shown:
                shown.add(own)
            elif (viewer, own) not in hidden:
                best.setdefault(own, (guest, host))
        nowhere = best.keys() - shown
        ends = (best[own] for own in sorted(nowhere))
        _write(session, mission_id, ({"guest_id": guest, "host_id": host, name: True} for guest, host in ends))
        grown |= {end for own in nowhere for end in best[own] if end != own}
    return grown


class _Shown(NamedTuple):
    partner: UUID
    place: int
    was_shown: bool


def _refreshed(own: Sequence[_Shown], rules: ListRules) -> list[UUID]:
    """Keep the best, then who was shown, then the best of the rest, as long as there is room."""
    kept = [one.partner for one in own[: rules.keep]]
    for one in (*(one for one in own if one.was_shown), *own):
        if len(kept) < rules.length and one.partner not in kept:
            kept.append(one.partner)
    return kept


def _shown(lists: FairLists) -> set[Ends]:
    return {(viewer, partner) for viewer, partners in lists.partners.items() for partner in partners}


def _write(session: Session, mission_id: UUID, rows: Iterable[Mapping[str, object]]) -> None:
    changes = [{"mission_id": mission_id, **row} for row in rows]
    if changes:
        session.execute(update(Pair), changes)


def give_signal(session: Session, command: GiveSignal, actor: Actor) -> Signal:
    """Note what an organisation says of a partner, and take the partner from its list; said twice it counts once.

    The other side is not told. The two have a meeting only if one asks for it and the other agrees.

    Raises:
        MissionNotFoundError, MissionElsewhereError: the mission is not ours to decide about.
        ForbiddenError: the actor does not speak for the organisation.
        StrangerError, NotParticipantError, SameSideError: the two could not meet anyway.

    """
    mission = lookups.own_mission(session, command.mission_id, actor)
    lookups.act_for(session, actor, mission.id, command.organisation_id)
    counters = versions.locked(session, mission.id)
    lookups.check_ends(session, mission.id, command.organisation_id, command.partner_id)
    signal = _found_or_new(session, mission, command)
    if signal.say(command.kind, clock.now(session), actor.id[:64]):
        session.add(signal)
        for reader, partner in signal.hides():
            _take_from_list(session, mission.id, reader, partner)
        list_publication.compare(session, counters, {reader for reader, _partner in signal.hides()})
        counters.are_lists_due = True
        counters.timetable_version += 1
        outbox.record(session, signal, state_of(session, signal))
    return signal


def take_signal_back(session: Session, signal_id: UUID, actor: Actor) -> Signal:
    """Let a partner come back into the lists; raise SignalNotFoundError, ForbiddenError or SignalTakenBackError."""
    absent = SignalNotFoundError(_("There is no signal %(id)s."), id=signal_id)
    signal = lookups.find(session, Signal, signal_id, actor, absent)
    lookups.act_for(session, actor, signal.mission_id, signal.organisation_id)
    counters = versions.locked(session, signal.mission_id)
    session.refresh(signal, with_for_update=True)
    signal.take_back(clock.now(session))
    counters.are_lists_due = True
    counters.timetable_version += 1
    outbox.record(session, signal, state_of(session, signal))
    return signal


def state_of(session: Session, signal: Signal) -> events.SignalState:
    """Tell of a signal as it now is."""
    event = events.SignalGiven if signal.taken_back_at is None else events.SignalTakenBack
    return event(
        signal_id=signal.id,
        mission_id=signal.mission_id,
        organisation_id=signal.organisation_id,
        partner_id=signal.partner_id,
        kind=signal.kind,
        **event_fields.speaking(signal, signal.organisation_id),
        **event_fields.named(signal, signal.partner_id, "partner_"),
    )


def _found_or_new(session: Session, mission: MissionCopy, command: GiveSignal) -> Signal:
    id_ = identifiers.derived(mission.id, "signal", command.organisation_id, command.partner_id)
    known = session.get(Signal, id_, with_for_update=True)
    signal = known or Signal(
        id=id_,
        home=mission.home,
        version=0,
        mission_id=mission.id,
        organisation_id=command.organisation_id,
        partner_id=command.partner_id,
    )
    audit_log.note(session, signal, is_new=known is None)
    return signal


def _take_from_list(session: Session, mission_id: UUID, reader: UUID, partner: UUID) -> None:
    """Strike a partner from the list of its reader, whichever of the two is the guest."""
    of_mission = update(Pair).where(Pair.mission_id == mission_id)
    session.execute(
        of_mission.where(Pair.guest_id == reader, Pair.host_id == partner).values(is_in_list_of_guest=False)
    )
    session.execute(of_mission.where(Pair.host_id == reader, Pair.guest_id == partner).values(is_in_list_of_host=False))
