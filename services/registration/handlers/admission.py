"""Participants.

Admit approved organisations at the mission's home: what registration does about its own and others' events.

Keep who takes part, once the mission has decided.
"""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contracts.event import Envelope
from contracts.registration import (
    ApplicationApproved,
    ApplicationState,
    ApplicationWithdrawn,
    ParticipantAdmitted,
    ParticipantCheckedIn,
    ParticipantRefused,
    ParticipantState,
    ParticipantWaitlisted,
    ParticipantWithdrawn,
)
from registration import events, lookups
from registration.commands import AdmitParticipant, CheckIn, WithdrawParticipant
from registration.domain.statuses import MissionStatus, ParticipantStatus
from registration.models import Mission, Participant, Region
from servicekit.auth.actors import Actor
from servicekit.data import clock, context
from servicekit.texts import languages
from servicekit.texts.languages import noop as _

TOLD: dict[ParticipantStatus, type[ParticipantState]] = {
    ParticipantStatus.ADMITTED: ParticipantAdmitted,
    ParticipantStatus.WAITLISTED: ParticipantWaitlisted,
    ParticipantStatus.REFUSED: ParticipantRefused,
    ParticipantStatus.WITHDRAWN: ParticipantWithdrawn,
}
"""The event that tells each status of a participant."""


def admit_organisation(session: Session, envelope: Envelope[ApplicationApproved], actor: Actor) -> None:
    """Find a place for an approved organisation: admitted, waiting, or refused because the mission is closed."""
    heeded = _heeded(session, envelope.data, envelope.subjectversion)
    if heeded is None:
        return
    mission, participant = heeded
    if participant.status is not ParticipantStatus.ADMITTED:
        participant.decide(*_decision(session, mission, envelope.data))
    events.tell(session, participant, events.of_participant(TOLD[participant.status], participant))


def release_organisation(session: Session, envelope: Envelope[ApplicationWithdrawn], actor: Actor) -> None:
    """Let an organisation go that has withdrawn, and remember it in case the approval comes later."""
    heeded = _heeded(session, envelope.data, envelope.subjectversion)
    if heeded is None:
        return
    _mission, participant = heeded
    if participant.version and participant.status is not ParticipantStatus.WITHDRAWN:
        participant.decide(ParticipantStatus.WITHDRAWN, envelope.data.reason)
        participant.withdrawn_from = envelope.time
        events.tell(session, participant, events.of_participant(ParticipantWithdrawn, participant))


def _heeded(session: Session, application: ApplicationState, version: int) -> tuple[Mission, Participant] | None:
    """Take a state of an application to a mission of ours down; an older one than is known changes nothing."""
    mission = _mission_of_ours(session, application.mission_id)
    if mission is None:
        return None
    participant = _participant(session, mission, application)
    if participant.application_version >= version:
        return None
    participant.application_version = version
    participant.avoid(application.avoids)
    return mission, participant


def _mission_of_ours(session: Session, mission_id: UUID) -> Mission | None:
    """Lock the mission, so that two organisations do not take its last place."""
    mission = session.get(Mission, mission_id, with_for_update=True)
    homes = context.of(session).settings.homes
    return mission if mission and (not homes or mission.home in homes) else None


def _participant(session: Session, mission: Mission, application: ApplicationState) -> Participant:
    id_ = Participant.id_of(mission.id, application.organisation_id)
    participant = session.get(Participant, id_, with_for_update=True)
    if participant is None:
        participant = Participant(
            id=id_,
            home=mission.home,
            version=0,
            mission_id=mission.id,
            organisation_id=application.organisation_id,
            side=application.side,
            status=ParticipantStatus.WITHDRAWN,
            avoids=(),
            application_version=0,
            reason="",
        )
        session.add(participant)
    return participant


def _decision(session: Session, mission: Mission, wish: ApplicationApproved) -> tuple[ParticipantStatus, str]:
    if mission.status is not MissionStatus.OPEN and not wish.may_come_late:
        return ParticipantStatus.REFUSED, _said(session, mission, wish, _("The mission takes no more participants."))
    if _is_full(session, mission, wish):
        return ParticipantStatus.WAITLISTED, _said(session, mission, wish, _("All places of the side are taken."))
    return ParticipantStatus.ADMITTED, ""


def _is_full(session: Session, mission: Mission, wish: ApplicationApproved) -> bool:
    places = mission.places.get(wish.side)
    taken = select(func.count()).where(
        Participant.mission_id == mission.id,
        Participant.side == wish.side,
        Participant.status == ParticipantStatus.ADMITTED,
    )
    return places is not None and (session.scalar(taken) or 0) >= places


def _said(session: Session, mission: Mission, wish: ApplicationApproved, reason: str) -> str:
    """Say a reason in the first language of the side's region, to which it will be written."""
    code = mission.guest_region if wish.side == "guest" else mission.host_region
    region = session.scalar(select(Region).where(Region.code == code))
    language = region.languages[0] if region else languages.DEFAULT
    return languages.translations(("registration",), language).gettext(reason)


def admit_participant(session: Session, command: AdmitParticipant, actor: Actor) -> Participant:
    """Let in an organisation that waits or was refused: the organiser's own word, whatever the places.

    Raises:
        StatusError: it takes part already, or has withdrawn.

    """
    participant = lookups.find(session, Participant, command.participant_id, actor, locked=True)
    participant.admit()
    events.tell(session, participant, events.of_participant(ParticipantAdmitted, participant))
    return participant


def check_in(session: Session, command: CheckIn, actor: Actor) -> Participant:
    """Note that an organisation has arrived; said again, it tells nobody.

    Raises:
        StatusError: it does not take part.

    """
    participant = lookups.find(session, Participant, command.participant_id, actor, locked=True)
    if participant.check_in(clock.now(session)):
        events.tell(session, participant, events.of_participant(ParticipantCheckedIn, participant))
    return participant


def withdraw_participant(session: Session, command: WithdrawParticipant, actor: Actor) -> Participant:
    """Take an organisation out of a mission: from some moment on nobody of it is there.

    Raises:
        StatusError: it does not take part.

    """
    participant = lookups.find(session, Participant, command.participant_id, actor, locked=True)
    participant.withdraw(command.withdrawn_from or clock.now(session), command.reason)
    events.tell(session, participant, events.of_participant(ParticipantWithdrawn, participant))
    return participant
