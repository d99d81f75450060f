"""Notices, follow-ups, ratings.

What the two of a meeting say on its day: one is late, cannot come, or sits alone; each word goes to the other.

What the two do after a meeting: say that it took place, keep a note, let each other know whom to reach.

How good the two sides found the meetings that they had.
"""

from uuid import UUID

from sqlalchemy.orm import Session

from contracts import matching as events
from matching import event_fields, lookups, scope
from matching.commands import GiveNotice, RateMeeting, WriteNote
from matching.domain.answers import NoticeKind
from matching.errors import (
    ConsentMissingError,
    MeetingAheadError,
    MeetingEndedError,
    MeetingNotFoundError,
    MeetingNotHeldError,
    MeetingOverError,
    NoticeTakenBackError,
    NotOfMeetingError,
)
from matching.handlers import meetings
from matching.models import ContactExchange, Meeting, MeetingNote, MeetingNotice, MissionCopy, Rating
from matching.models.meetings import MeetingStatus
from servicekit import identifiers
from servicekit.auth.actors import Actor
from servicekit.bus import outbox
from servicekit.data import clock
from servicekit.telemetry import audit_log
from servicekit.texts.languages import noop as _


def give_notice(session: Session, command: GiveNotice, actor: Actor) -> MeetingNotice:
    """Note what one of the two says of a meeting; a later word takes the place of an earlier one.

    Raises:
        MeetingNotFoundError: there is none, or not for this actor.
        ForbiddenError: the actor does not speak for the organisation.
        NotOfMeetingError: the organisation is none of the two.
        MeetingOverError, MeetingEndedError: nobody waits for anybody any more.
        MeetingAheadError: nobody can be alone at the table yet.

    """
    meeting = own_meeting(session, command.meeting_id, command.organisation_id, actor)
    _check_time(session, meeting, command.kind)
    notice = _find_or_add_notice(session, meeting, command.organisation_id)
    if notice.say(command.kind, command.minutes, clock.now(session), actor.id[:64]):
        session.add(notice)
        outbox.record(session, notice, notice_state(session, notice))
    return notice


def take_notice_back(session: Session, meeting_id: UUID, organisation_id: UUID, actor: Actor) -> MeetingNotice:
    """Let one of the two come as planned after all; raises what `give_notice` does, or NoticeTakenBackError."""
    meeting = own_meeting(session, meeting_id, organisation_id, actor)
    notice = session.get(MeetingNotice, _id(meeting, organisation_id), with_for_update=True)
    if notice is None:
        raise NoticeTakenBackError(id=meeting_id)
    notice.take_back(clock.now(session))
    outbox.record(session, notice, notice_state(session, notice))
    return notice


def own_meeting(
    session: Session, meeting_id: UUID, organisation_id: UUID, actor: Actor, *, locked: bool = False
) -> Meeting:
    """Return a meeting of an organisation for which the actor speaks.

    Raises:
        MeetingNotFoundError: there is none, or not for this actor.
        NotOfMeetingError: the organisation is none of the two.
        ForbiddenError: the actor does not speak for the organisation.

    """
    absent = MeetingNotFoundError(_("There is no meeting %(id)s."), id=meeting_id)
    meeting = lookups.find(session, Meeting, meeting_id, actor, absent, locked=locked)
    if organisation_id not in meeting.pair:
        raise NotOfMeetingError(id=organisation_id)
    lookups.act_for(session, actor, meeting.mission_id, organisation_id)
    return meeting


def notice_state(session: Session, notice: MeetingNotice) -> events.MeetingNoticeState:
    """Tell of a notice as it now is."""
    meeting = session.get_one(Meeting, notice.meeting_id)
    event = events.MeetingNoticeGiven if notice.taken_back_at is None else events.MeetingNoticeTakenBack
    return event(
        **event_fields.both(meeting),
        notice_id=notice.id,
        meeting_id=meeting.id,
        organisation_id=notice.organisation_id,
        kind=notice.kind,
        minutes=notice.minutes,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        timezone=session.get_one(MissionCopy, meeting.mission_id).timezone,
        table=meeting.table,
        is_online=meeting.is_online,
    )


def _check_time(session: Session, meeting: Meeting, kind: NoticeKind) -> None:
    now = clock.now(session)
    if not meeting.stands:
        raise MeetingOverError(id=meeting.id, status=meeting.status)
    if now >= meeting.ends_at:
        raise MeetingEndedError(id=meeting.id, ends_at=meeting.ends_at.isoformat())
    if kind is NoticeKind.ALONE and now < meeting.starts_at:
        raise MeetingAheadError(id=meeting.id, starts_at=meeting.starts_at.isoformat())


def _find_or_add_notice(session: Session, meeting: Meeting, organisation_id: UUID) -> MeetingNotice:
    id_ = _id(meeting, organisation_id)
    known = session.get(MeetingNotice, id_, with_for_update=True)
    notice = known or MeetingNotice(
        id=id_,
        home=meeting.home,
        version=0,
        mission_id=meeting.mission_id,
        meeting_id=meeting.id,
        organisation_id=organisation_id,
    )
    audit_log.note(session, notice, is_new=known is None)
    return notice


def _id(meeting: Meeting, organisation_id: UUID) -> UUID:
    return identifiers.derived(meeting.id, "notice", organisation_id)


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
    exchange = _find_or_add_exchange(session, meeting)
    if exchange.agree(_side(meeting, organisation_id), clock.now(session), actor.id[:64]):
        session.add(exchange)
        outbox.record(session, exchange, contacts_state(session, exchange))
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
    outbox.record(session, exchange, contacts_state(session, exchange))
    return exchange


def exchange_id(meeting_id: UUID) -> UUID:
    """Return the id of what the two of a meeting agree on."""
    return identifiers.derived(meeting_id, "contacts")


def contacts_state(session: Session, exchange: ContactExchange) -> events.ContactsState:
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


def _find_or_add_exchange(session: Session, meeting: Meeting) -> ContactExchange:
    known = session.get(ContactExchange, exchange_id(meeting.id))
    exchange = known or ContactExchange(
        id=exchange_id(meeting.id), home=meeting.home, version=0, mission_id=meeting.mission_id, meeting_id=meeting.id
    )
    audit_log.note(session, exchange, is_new=known is None)
    return exchange


def _side(meeting: Meeting, organisation_id: UUID) -> str:
    return "guest" if organisation_id == meeting.guest_id else "host"


def rate_meeting(session: Session, command: RateMeeting, actor: Actor) -> Rating:
    """Note how good one of the two found a meeting; a later rating of the same one takes its place.

    Raises:
        MeetingNotFoundError: there is none, or not for this actor.
        ForbiddenError: the actor does not speak for the organisation.
        NotOfMeetingError: the organisation is none of the two.
        MeetingNotHeldError: it has not taken place.

    """
    meeting, _rater = rateable(session, command.meeting_id, command.organisation_id, actor, locked=True)
    rating = _find_or_add_rating(session, meeting, command)
    rating.stars, rating.word = command.stars, command.word
    rating.rated_at, rating.rated_by = clock.now(session), actor.id[:64]
    session.add(rating)
    outbox.record(session, rating, rating_state(session, rating))
    return rating


def rateable(
    session: Session, meeting_id: UUID, rater: UUID | None, actor: Actor, *, locked: bool = False
) -> tuple[Meeting, UUID]:
    """Return a meeting, and for which of the two the actor rates it: the one that is named, else the actor's own.

    Raises:
        MeetingNotFoundError: there is none, or not for this actor.
        ForbiddenError: the actor does not speak for the organisation.
        NotOfMeetingError: the organisation is none of the two.
        MeetingNotHeldError: it has not taken place.

    """
    absent = MeetingNotFoundError(_("There is no meeting %(id)s."), id=meeting_id)
    meeting = lookups.find(session, Meeting, meeting_id, actor, absent, locked=locked)
    own = (one for one in meeting.pair if scope.speaks_for(session, actor, meeting.mission_id, one))
    chosen = rater or next(own, meeting.guest_id)
    if chosen not in meeting.pair:
        raise NotOfMeetingError(id=chosen)
    lookups.act_for(session, actor, meeting.mission_id, chosen)
    if meeting.status != MeetingStatus.HELD:
        raise MeetingNotHeldError(id=meeting.id, status=meeting.status)
    return meeting, chosen


def rating_state(session: Session, rating: Rating) -> events.RatingGiven:
    """Tell of a rating as it now is."""
    return events.RatingGiven(
        rating_id=rating.id,
        meeting_id=rating.meeting_id,
        mission_id=rating.mission_id,
        organisation_id=rating.organisation_id,
        stars=rating.stars,
        **event_fields.speaking(rating, rating.organisation_id),
    )


def _find_or_add_rating(session: Session, meeting: Meeting, command: RateMeeting) -> Rating:
    id_ = identifiers.derived(meeting.id, "rating", command.organisation_id)
    known = session.get(Rating, id_, with_for_update=True)
    rating = known or Rating(
        id=id_,
        home=meeting.home,
        version=0,
        mission_id=meeting.mission_id,
        meeting_id=meeting.id,
        organisation_id=command.organisation_id,
    )
    audit_log.note(session, rating, is_new=known is None)
    return rating
