"""Meetings: held, missed, pinned, called off."""

from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from contracts import matching as events
from matching import loading, telling
from matching.errors import MeetingNotFoundError
from matching.handlers import inputs, itineraries
from matching.models import Meeting, MissionCopy
from matching.queries.recommendations import recommended_score
from servicekit import clock, outbox
from servicekit.auth import Actor
from servicekit.languages import noop as _

BY_HAND = "by_hand"


def hold_meeting(session: Session, meeting_id: UUID, actor: Actor) -> Meeting:
    """Note that a meeting took place.

    Raises:
        MeetingNotFoundError, MeetingOverError, MeetingAheadError: there is none that could have.

    """
    meeting, mission = _locked(session, meeting_id, actor)
    meeting.hold(clock.now(session))
    meeting.recommended_score = recommended_score(session, meeting)
    tell(session, mission, meeting, events.MeetingHeld)
    return meeting


def miss_meeting(session: Session, meeting_id: UUID, actor: Actor, *, reason: str) -> Meeting:
    """Note that somebody did not come.

    Raises:
        MeetingNotFoundError, MeetingOverError, MeetingAheadError: there is none that could have been missed.

    """
    meeting, mission = _locked(session, meeting_id, actor)
    meeting.miss(clock.now(session), reason)
    tell(session, mission, meeting, events.MeetingMissed)
    return meeting


def pin_meeting(session: Session, meeting_id: UUID, actor: Actor, *, locked: bool) -> Meeting:
    """Keep a meeting where it is, or give it free; raise MeetingNotFoundError or MeetingOverError."""
    meeting, _mission = _locked(session, meeting_id, actor)
    meeting.pin(locked=locked)
    return meeting


lock_meeting = partial(pin_meeting, locked=True)
unlock_meeting = partial(pin_meeting, locked=False)


def call_off_meeting(session: Session, meeting_id: UUID, actor: Actor, *, reason: str) -> Meeting:
    """Strike a meeting for good and tell both sides.

    Raises:
        MeetingNotFoundError, MeetingOverError: there is none that stands.

    """
    meeting, mission = _locked(session, meeting_id, actor)
    meeting.cancel(reason)
    meeting.is_called_off = True
    tell(session, mission, meeting, events.MeetingCancelled)
    number = inputs.locked(session, mission.id).timetable_number
    itineraries.issue(session, mission, meeting.pair, number, BY_HAND)
    return meeting


def tell(session: Session, mission: MissionCopy, meeting: Meeting, event: type[events.MeetingState]) -> None:
    """Record the state of a meeting."""
    outbox.record(session, meeting, state_of(session, mission, meeting, event))


def state_of(
    session: Session, mission: MissionCopy, meeting: Meeting, event: type[events.MeetingState]
) -> events.MeetingState:
    """Tell of a meeting as it now is."""
    return event(
        **telling.both(meeting),
        **telling.place(mission, meeting),
        meeting_id=meeting.id,
        guest_person_id=meeting.guest_person_id,
        host_person_id=meeting.host_person_id,
        timezone=mission.timezone,
        status=meeting.status,
        reason=meeting.reason,
    )


def _locked(session: Session, meeting_id: UUID, actor: Actor) -> tuple[Meeting, MissionCopy]:
    """Lock a meeting after its mission's counters: in the order in which a publication locks them."""
    absent = MeetingNotFoundError(_("There is no meeting %(id)s."), id=meeting_id)
    meeting = loading.find(session, Meeting, meeting_id, actor, absent)
    inputs.touch(session, meeting.mission_id)
    session.refresh(meeting, with_for_update=True)
    return meeting, session.get_one(MissionCopy, meeting.mission_id)
