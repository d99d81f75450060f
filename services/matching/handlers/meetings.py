"""Meetings: held, missed, pinned, called off."""

from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from contracts import matching as events
from matching import event_fields, lookups, queries
from matching.errors import MeetingNotFoundError
from matching.handlers import itineraries, versions
from matching.handlers.recommendations.lists import part
from matching.models import Inputs, Meeting, MissionCopy
from matching.models.meetings import MeetingStatus
from matching.queries.recommendations import recommended_score
from servicekit.auth.actors import Actor
from servicekit.bus import outbox
from servicekit.data import clock
from servicekit.texts.languages import noop as _

BY_HAND = "by_hand"


def hold_meeting(session: Session, meeting_id: UUID, actor: Actor) -> Meeting:
    """Note that a meeting took place; the two are recommended to each other in no other mission any more.

    Raises:
        MeetingNotFoundError, MeetingOverError, MeetingAheadError: there is none that could have.

    """
    meeting, mission, elsewhere = _locked_everywhere(session, meeting_id, actor)
    meeting.hold(clock.now(session))
    meeting.recommended_score = recommended_score(session, meeting)
    for counters in elsewhere:
        part(session, counters, meeting.pair)
    tell(session, mission, meeting, events.MeetingHeld)
    return meeting


def miss_meeting(session: Session, meeting_id: UUID, actor: Actor, *, reason: str) -> Meeting:
    """Note that somebody did not come; if it was noted as held, the two may be recommended again in other missions.

    Raises:
        MeetingNotFoundError, MeetingOverError, MeetingAheadError: there is none that could have been missed.

    """
    meeting, mission, elsewhere = _locked_everywhere(session, meeting_id, actor)
    was_held = meeting.status == MeetingStatus.HELD
    meeting.miss(clock.now(session), reason)
    for counters in elsewhere if was_held else ():
        versions.touch_organisations(session, counters.mission_id, meeting.pair)
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
    number = versions.locked(session, mission.id).timetable_number
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
        **event_fields.both(meeting),
        **event_fields.place(mission, meeting),
        meeting_id=meeting.id,
        guest_person_id=meeting.guest_person_id,
        host_person_id=meeting.host_person_id,
        timezone=mission.timezone,
        status=meeting.status,
        reason=meeting.reason,
    )


def _locked(session: Session, meeting_id: UUID, actor: Actor) -> tuple[Meeting, MissionCopy]:
    """Lock a meeting after its mission's counters: in the order in which a publication locks them."""
    meeting = _found(session, meeting_id, actor)
    versions.touch(session, meeting.mission_id)
    session.refresh(meeting, with_for_update=True)
    return meeting, session.get_one(MissionCopy, meeting.mission_id)


def _locked_everywhere(session: Session, meeting_id: UUID, actor: Actor) -> tuple[Meeting, MissionCopy, list[Inputs]]:
    """Lock a meeting, and the counters of every mission in which the two take part, in the order of the missions' ids.

    Returns: the meeting, its mission, and the counters of the other missions.

    """
    meeting = _found(session, meeting_id, actor)
    of_both = {id_ for id_, ids in queries.missions_of(session, meeting.pair).items() if len(ids) == len(meeting.pair)}
    everywhere = [versions.locked(session, id_) for id_ in sorted(of_both | {meeting.mission_id})]
    meeting, mission = _locked(session, meeting_id, actor)
    return meeting, mission, [counters for counters in everywhere if counters.mission_id != meeting.mission_id]


def _found(session: Session, meeting_id: UUID, actor: Actor) -> Meeting:
    absent = MeetingNotFoundError(_("There is no meeting %(id)s."), id=meeting_id)
    return lookups.find(session, Meeting, meeting_id, actor, absent)
