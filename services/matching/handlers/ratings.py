"""How good the two sides found the meetings that they had."""

from uuid import UUID

from sqlalchemy.orm import Session

from contracts import matching as events
from matching import loading, scope, telling
from matching.commands import RateMeeting
from matching.errors import MeetingNotFoundError, MeetingNotHeldError, NotOfMeetingError
from matching.models import Meeting, Rating
from matching.models.meetings import MeetingStatus
from servicekit import clock, identifiers, journal, outbox
from servicekit.auth import Actor
from servicekit.languages import noop as _


def rate_meeting(session: Session, command: RateMeeting, actor: Actor) -> Rating:
    """Note how good one of the two found a meeting; a later rating of the same one takes its place.

    Raises:
        MeetingNotFoundError: there is none, or not for this actor.
        ForbiddenError: the actor does not speak for the organisation.
        NotOfMeetingError: the organisation is none of the two.
        MeetingNotHeldError: it has not taken place.

    """
    meeting, _rater = rateable(session, command.meeting_id, command.organisation_id, actor, locked=True)
    rating = _found_or_new(session, meeting, command)
    rating.stars, rating.word = command.stars, command.word
    rating.rated_at, rating.rated_by = clock.now(session), actor.id[:64]
    session.add(rating)
    outbox.record(session, rating, state_of(session, rating))
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
    meeting = loading.find(session, Meeting, meeting_id, actor, absent, locked=locked)
    own = (one for one in meeting.pair if scope.speaks_for(session, actor, meeting.mission_id, one))
    chosen = rater or next(own, meeting.guest_id)
    if chosen not in meeting.pair:
        raise NotOfMeetingError(id=chosen)
    loading.act_for(session, actor, meeting.mission_id, chosen)
    if meeting.status != MeetingStatus.HELD:
        raise MeetingNotHeldError(id=meeting.id, status=meeting.status)
    return meeting, chosen


def state_of(session: Session, rating: Rating) -> events.RatingGiven:
    """Tell of a rating as it now is."""
    return events.RatingGiven(
        rating_id=rating.id,
        meeting_id=rating.meeting_id,
        mission_id=rating.mission_id,
        organisation_id=rating.organisation_id,
        stars=rating.stars,
        **telling.speaking(rating, rating.organisation_id),
    )


def _found_or_new(session: Session, meeting: Meeting, command: RateMeeting) -> Rating:
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
    journal.note(session, rating, is_new=known is None)
    return rating
