"""Keep who takes part, once the mission has decided."""

from sqlalchemy.orm import Session

from contracts.registration import ParticipantAdmitted, ParticipantCheckedIn, ParticipantWithdrawn
from registration import events, finding
from registration.commands import AdmitParticipant, CheckIn, WithdrawParticipant
from registration.models import Participant
from servicekit import clock
from servicekit.auth import Actor


def admit_participant(session: Session, command: AdmitParticipant, actor: Actor) -> Participant:
    """Let in an organisation that waits or was refused: the organiser's own word, whatever the places.

    Raises:
        StatusError: it takes part already, or has withdrawn.

    """
    participant = finding.find(session, Participant, command.participant_id, actor, locked=True)
    participant.admit()
    events.tell(session, participant, events.of_participant(ParticipantAdmitted, participant))
    return participant


def check_in(session: Session, command: CheckIn, actor: Actor) -> Participant:
    """Note that an organisation has arrived; said again, it tells nobody.

    Raises:
        StatusError: it does not take part.

    """
    participant = finding.find(session, Participant, command.participant_id, actor, locked=True)
    if participant.check_in(clock.now(session)):
        events.tell(session, participant, events.of_participant(ParticipantCheckedIn, participant))
    return participant


def withdraw_participant(session: Session, command: WithdrawParticipant, actor: Actor) -> Participant:
    """Take an organisation out of a mission: from some moment on nobody of it is there.

    Raises:
        StatusError: it does not take part.

    """
    participant = finding.find(session, Participant, command.participant_id, actor, locked=True)
    participant.withdraw(command.withdrawn_from or clock.now(session), command.reason)
    events.tell(session, participant, events.of_participant(ParticipantWithdrawn, participant))
    return participant
