"""What organisations say of recommended partners: heard at once, and taken back as easily."""

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from contracts import matching as events
from matching import loading, telling
from matching.commands import GiveSignal
from matching.errors import SignalNotFoundError
from matching.handlers import inputs, recommendations
from matching.models import MissionCopy, Pair, Signal
from servicekit import clock, identifiers, journal, outbox
from servicekit.auth import Actor
from servicekit.languages import noop as _


def give_signal(session: Session, command: GiveSignal, actor: Actor) -> Signal:
    """Note what an organisation says of a partner, and take the partner from its list; said twice it counts once.

    The other side is not told. The two have a meeting only if one asks for it and the other agrees.

    Raises:
        MissionNotFoundError, MissionElsewhereError: the mission is not ours to decide about.
        ForbiddenError: the actor does not speak for the organisation.
        StrangerError, NotParticipantError, SameSideError: the two could not meet anyway.

    """
    mission = loading.own_mission(session, command.mission_id, actor)
    loading.act_for(session, actor, mission.id, command.organisation_id)
    counters = inputs.locked(session, mission.id)
    loading.check_ends(session, mission.id, command.organisation_id, command.partner_id)
    signal = _found_or_new(session, mission, command)
    if signal.say(command.kind, clock.now(session), actor.id[:64]):
        session.add(signal)
        for reader, partner in signal.hides():
            _take_from_list(session, mission.id, reader, partner)
        recommendations.compare(session, counters, {reader for reader, _partner in signal.hides()})
        counters.are_lists_due = True
        counters.timetable_version += 1
        outbox.record(session, signal, state_of(session, signal))
    return signal


def take_signal_back(session: Session, signal_id: UUID, actor: Actor) -> Signal:
    """Let a partner come back into the lists; raise SignalNotFoundError, ForbiddenError or SignalTakenBackError."""
    absent = SignalNotFoundError(_("There is no signal %(id)s."), id=signal_id)
    signal = loading.find(session, Signal, signal_id, actor, absent)
    loading.act_for(session, actor, signal.mission_id, signal.organisation_id)
    counters = inputs.locked(session, signal.mission_id)
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
        **telling.speaking(signal, signal.organisation_id),
        **telling.named(signal, signal.partner_id, "partner_"),
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
    journal.note(session, signal, is_new=known is None)
    return signal


def _take_from_list(session: Session, mission_id: UUID, reader: UUID, partner: UUID) -> None:
    """Strike a partner from the list of its reader, whichever of the two is the guest."""
    of_mission = update(Pair).where(Pair.mission_id == mission_id)
    session.execute(
        of_mission.where(Pair.guest_id == reader, Pair.host_id == partner).values(is_in_list_of_guest=False)
    )
    session.execute(of_mission.where(Pair.host_id == reader, Pair.guest_id == partner).values(is_in_list_of_host=False))
