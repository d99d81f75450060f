"""What the two of a meeting say on its day: one is late, cannot come, or sits alone; each word goes to the other."""

from uuid import UUID

from sqlalchemy.orm import Session

from contracts import matching as events
from matching import loading, telling
from matching.commands import GiveNotice
from matching.domain.notices import NoticeKind
from matching.errors import (
    MeetingAheadError,
    MeetingEndedError,
    MeetingNotFoundError,
    MeetingOverError,
    NoticeTakenBackError,
    NotOfMeetingError,
)
from matching.models import Meeting, MeetingNotice, MissionCopy
from servicekit import clock, identifiers, journal, outbox
from servicekit.auth import Actor
from servicekit.languages import noop as _


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
    notice = _found_or_new(session, meeting, command.organisation_id)
    if notice.say(command.kind, command.minutes, clock.now(session), actor.id[:64]):
        session.add(notice)
        outbox.record(session, notice, state_of(session, notice))
    return notice


def take_notice_back(session: Session, meeting_id: UUID, organisation_id: UUID, actor: Actor) -> MeetingNotice:
    """Let one of the two come as planned after all; raises what `give_notice` does, or NoticeTakenBackError."""
    meeting = own_meeting(session, meeting_id, organisation_id, actor)
    notice = session.get(MeetingNotice, _id(meeting, organisation_id), with_for_update=True)
    if notice is None:
        raise NoticeTakenBackError(id=meeting_id)
    notice.take_back(clock.now(session))
    outbox.record(session, notice, state_of(session, notice))
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
    meeting = loading.find(session, Meeting, meeting_id, actor, absent, locked=locked)
    if organisation_id not in meeting.pair:
        raise NotOfMeetingError(id=organisation_id)
    loading.act_for(session, actor, meeting.mission_id, organisation_id)
    return meeting


def state_of(session: Session, notice: MeetingNotice) -> events.MeetingNoticeState:
    """Tell of a notice as it now is."""
    meeting = session.get_one(Meeting, notice.meeting_id)
    event = events.MeetingNoticeGiven if notice.taken_back_at is None else events.MeetingNoticeTakenBack
    return event(
        **telling.both(meeting),
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


def _found_or_new(session: Session, meeting: Meeting, organisation_id: UUID) -> MeetingNotice:
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
    journal.note(session, notice, is_new=known is None)
    return notice


def _id(meeting: Meeting, organisation_id: UUID) -> UUID:
    return identifiers.derived(meeting.id, "notice", organisation_id)
