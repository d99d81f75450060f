"""What the two do after a meeting: say that it took place, keep a note, let each other know whom to reach."""

from uuid import UUID

from sqlalchemy.orm import Session

from contracts import matching as events
from matching.commands import WriteNote
from matching.errors import ConsentMissingError, MeetingNotHeldError, MeetingOverError
from matching.handlers import meetings
from matching.handlers.notices import own_meeting
from matching.models import ContactExchange, Meeting, MeetingNote
from matching.models.meetings import MeetingStatus
from servicekit import clock, identifiers, journal, outbox
from servicekit.auth import Actor

_STATES = {2: events.ContactsExchanged, 1: events.ContactsOffered, 0: events.ContactsWithheld}


def confirm_meeting(session: Session, meeting_id: UUID, organisation_id: UUID, actor: Actor) -> Meeting:
    """Let one of the two say that a meeting took place, as the organiser does; what the organiser noted stays.

    Raises:
        MeetingNotFoundError, NotOfMeetingError, ForbiddenError: it is none of the organisation's, or the actor's.
        MeetingOverError, MeetingAheadError: there is none that could have taken place.

    """
    meeting = own_meeting(session, meeting_id, organisation_id, actor)
    if meeting.status == MeetingStatus.NO_SHOW:
        raise MeetingOverError(id=meeting.id, status=meeting.status)
    return meetings.hold_meeting(session, meeting_id, actor)


def write_note(session: Session, command: WriteNote, actor: Actor) -> None:
    """Keep what an organisation wants to remember of a meeting, for itself alone; an empty text deletes it.

    Raises:
        MeetingNotFoundError, NotOfMeetingError, ForbiddenError: it is none of the organisation's, or the actor's.

    """
    meeting = own_meeting(session, command.meeting_id, command.organisation_id, actor, locked=True)
    key = {"meeting_id": meeting.id, "organisation_id": command.organisation_id}
    note = session.get(MeetingNote, key)
    if not command.text:
        if note is not None:
            session.delete(note)
        return
    said = {"text": command.text, "written_at": clock.now(session), "written_by": actor.id[:64]}
    session.merge(MeetingNote(**key, **said))


def share_contacts(session: Session, meeting_id: UUID, organisation_id: UUID, actor: Actor) -> ContactExchange:
    """Let the other side know whom to reach, as soon as it does the same; said twice it counts once.

    Raises:
        MeetingNotFoundError, NotOfMeetingError, ForbiddenError: it is none of the organisation's, or the actor's.
        MeetingNotHeldError: it has not taken place.

    """
    meeting = own_meeting(session, meeting_id, organisation_id, actor, locked=True)
    if meeting.status != MeetingStatus.HELD:
        raise MeetingNotHeldError(id=meeting.id, status=meeting.status)
    exchange = _found_or_new(session, meeting)
    if exchange.agree(_side(meeting, organisation_id), clock.now(session), actor.id[:64]):
        session.add(exchange)
        outbox.record(session, exchange, state_of(session, exchange))
    return exchange


def withhold_contacts(session: Session, meeting_id: UUID, organisation_id: UUID, actor: Actor) -> ContactExchange:
    """Let the other side know no more.

    Raises:
        MeetingNotFoundError, NotOfMeetingError, ForbiddenError: it is none of the organisation's, or the actor's.
        ConsentMissingError: the other side was not let know.

    """
    meeting = own_meeting(session, meeting_id, organisation_id, actor, locked=True)
    exchange = session.get(ContactExchange, exchange_id(meeting.id))
    if exchange is None:
        raise ConsentMissingError(id=meeting.id)
    exchange.stop(_side(meeting, organisation_id), actor.id[:64])
    outbox.record(session, exchange, state_of(session, exchange))
    return exchange


def exchange_id(meeting_id: UUID) -> UUID:
    """Return the id of what the two of a meeting agree on."""
    return identifiers.derived(meeting_id, "contacts")


def state_of(session: Session, exchange: ContactExchange) -> events.ContactsState:
    """Tell who of the two agrees by now."""
    meeting = session.get_one(Meeting, exchange.meeting_id)
    guest, host = (exchange.agreed_at(side) is not None for side in ("guest", "host"))
    return _STATES[guest + host](
        exchange_id=exchange.id,
        meeting_id=meeting.id,
        mission_id=meeting.mission_id,
        guest_organisation_id=meeting.guest_id,
        host_organisation_id=meeting.host_id,
        guest_person_id=meeting.guest_person_id,
        host_person_id=meeting.host_person_id,
        guest_agrees=guest,
        host_agrees=host,
    )


def _found_or_new(session: Session, meeting: Meeting) -> ContactExchange:
    known = session.get(ContactExchange, exchange_id(meeting.id))
    exchange = known or ContactExchange(
        id=exchange_id(meeting.id), home=meeting.home, version=0, mission_id=meeting.mission_id, meeting_id=meeting.id
    )
    journal.note(session, exchange, is_new=known is None)
    return exchange


def _side(meeting: Meeting, organisation_id: UUID) -> str:
    return "guest" if organisation_id == meeting.guest_id else "host"
