"""Refusals.

What matching refuses.

What is refused of changes that organisers make by hand.
"""

from http import HTTPStatus
from typing import ClassVar

from matching.status_texts import in_words
from servicekit.problems import NotFoundError, Problem
from servicekit.texts.languages import noop as _


class MissionNotFoundError(NotFoundError):
    """Matching has not heard of the mission."""

    slug = "mission-not-found"
    title = _("There is no such mission")


class MissionElsewhereError(Problem):
    """The mission is at home in another instance, which alone decides about it."""

    status = HTTPStatus.CONFLICT
    slug = "mission-elsewhere"
    title = _("Another region's instance decides about this mission")


class ConflictError(Problem):
    """The state of things forbids what was asked."""

    status = HTTPStatus.CONFLICT
    said: ClassVar[str] = ""
    """The detail; the facts fill its placeholders, a status in the reader's words."""

    def __init__(self, **facts: object) -> None:
        if "status" in facts:
            facts["status"] = in_words(str(facts["status"]))
        super().__init__(self.said, (), **facts)


class NoRoundError(ConflictError):
    """No long round of scoring is going on, and none was stopped."""

    slug = "no-round"
    title = _("Nothing is being scored")
    said = _("The recommendations of the mission are being made at once, or are ready.")


class StrangerError(NotFoundError):
    """The mission does not know the organisation, or has not heard of it yet."""

    slug = "participant-not-found"
    title = _("There is no such participant")


class NotParticipantError(ConflictError):
    """An organisation takes part in the mission no more, or was never admitted."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    slug = "not-a-participant"
    title = _("The organisation does not take part")
    said = _("Organisation %(id)s is no admitted participant of the mission.")


class SameSideError(ConflictError):
    """Guests meet hosts, and nobody meets oneself."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    slug = "same-side"
    title = _("Guests meet hosts")
    said = _("Both organisations stand on the same side of the mission.")


class RequestOpenError(ConflictError):
    """The pair has a request that stands."""

    slug = "request-open"
    title = _("The two have a request already")
    said = _("Request %(id)s between the two is %(status)s. Answer it or take it back first.")


class RequestNotFoundError(NotFoundError):
    """There is no request of that id."""

    slug = "meeting-request-not-found"
    title = _("There is no such meeting request")


class RequestAnsweredError(ConflictError):
    """The request is settled."""

    slug = "meeting-request-answered"
    title = _("The request is settled")
    said = _("Meeting request %(id)s is already %(status)s.")


class SignalNotFoundError(NotFoundError):
    """There is no signal of that id."""

    slug = "signal-not-found"
    title = _("There is no such signal")


class SignalTakenBackError(ConflictError):
    """The signal does not stand any more."""

    slug = "signal-taken-back"
    title = _("The signal was taken back")
    said = _("Signal %(id)s was taken back before.")


class NotOfMeetingError(ConflictError):
    """The organisation is none of the two that met."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    slug = "not-of-the-meeting"
    title = _("The organisation was not in the meeting")
    said = _("Organisation %(id)s is none of the two that met.")


class MeetingNotHeldError(ConflictError):
    """What follows a meeting needs one that took place."""

    slug = "meeting-not-held"
    title = _("The meeting has not been held")
    said = _("Meeting %(id)s is %(status)s; it has to be held first.")


class NoticeTakenBackError(ConflictError):
    """Nothing that was said of the meeting stands any more."""

    slug = "notice-taken-back"
    title = _("Nothing stands that could be taken back")
    said = _("What was said of meeting %(id)s was taken back before, or nothing was said.")


class MeetingEndedError(ConflictError):
    """The time of the meeting is over."""

    slug = "meeting-ended"
    title = _("The time of the meeting is over")
    said = _("Meeting %(id)s ended at %(ends_at)s.")


class ConsentMissingError(ConflictError):
    """The organisation does not let the other know its contacts."""

    slug = "contacts-not-shared"
    title = _("The contacts are not shared")
    said = _("The organisation does not share its contacts of meeting %(id)s.")


class TimeNotFreeError(ConflictError):
    """The two cannot meet in that slot."""

    slug = "time-not-free"
    title = _("The time is not free for both")
    said = _("The two cannot meet in slot %(slot)s any more. Choose another time.")


class NothingProposedError(ConflictError):
    """Nobody has proposed a time for the request."""

    slug = "nothing-proposed"
    title = _("No time is proposed")
    said = _("Nobody has proposed a time for meeting request %(id)s.")


class RunNotFoundError(NotFoundError):
    """There is no run of that id."""

    slug = "timetable-run-not-found"
    title = _("There is no such timetable run")


class RunUnsolvedError(ConflictError):
    """The run has no solution to publish."""

    slug = "timetable-run-unsolved"
    title = _("The run cannot be published")
    said = _("Timetable run %(id)s is %(status)s; only a solved one can be published.")


class RunOverError(ConflictError):
    """The run is not being solved any more."""

    slug = "timetable-run-over"
    title = _("The run is over")
    said = _("Timetable run %(id)s is %(status)s: there is no search to stop.")


class HallUnusableError(ConflictError):
    """The programme has no slots, or slots that no timetable can use."""

    slug = "hall-unusable"
    title = _("The programme cannot be timetabled")
    said = _("The mission has no slots with tables.")


class TimetableNotFoundError(NotFoundError):
    """There is no timetable of that number."""

    slug = "timetable-not-found"
    title = _("There is no such timetable")


class MeetingNotFoundError(NotFoundError):
    """There is no meeting of that id."""

    slug = "meeting-not-found"
    title = _("There is no such meeting")


class MeetingOverError(ConflictError):
    """The meeting does not stand any more."""

    slug = "meeting-settled"
    title = _("The meeting does not stand any more")
    said = _("Meeting %(id)s is already %(status)s.")


class MeetingAheadError(ConflictError):
    """The meeting has not begun."""

    slug = "meeting-ahead"
    title = _("The meeting has not begun")
    said = _("Meeting %(id)s begins at %(starts_at)s.")


class AgreementNotFoundError(NotFoundError):
    """There is no agreement of that id."""

    slug = "agreement-not-found"
    title = _("There is no such agreement")


class CheckNotFoundError(NotFoundError):
    """No check of the agreement is planned for then."""

    slug = "follow-up-check-not-found"
    title = _("There is no such check")


class NoTimetableError(ConflictError):
    """Nothing is published yet, so that there is nothing to change by hand."""

    slug = "no-timetable"
    title = _("There is no timetable yet")
    said = _("Publish a timetable first: changes by hand are made to it.")


class EditNotFoundError(NotFoundError):
    """The draft has no edit of that id, or it was undone or published."""

    slug = "draft-edit-not-found"
    title = _("There is no such change")


class DraftAnotherError(ConflictError):
    """Somebody has changed the draft since it was read."""

    slug = "draft-changed"
    title = _("The draft has changed")
    said = _("You have seen version %(seen)s of the draft, it is at %(version)s. Look again, then publish.")


class DraftEmptyError(ConflictError):
    """There is nothing to publish."""

    slug = "draft-empty"
    title = _("The draft changes nothing")
    said = _("Nobody has changed anything since the newest timetable.")


class DraftConflictsError(ConflictError):
    """The draft holds what cannot be."""

    slug = "draft-conflicts"
    title = _("The draft has conflicts")
    said = _("Conflicts: %(conflicts)s. Undo these changes, or move the meetings that cannot stay.")


class PlaceRefusedError(ConflictError):
    """A meeting cannot be where it is wanted: with all reasons, and the nearest places where it can."""

    slug = "place-refused"
    title = _("The meeting cannot be there")
    said = _("Nothing was changed. What stands in the way is listed, and where it could be instead.")


class MeetingElsewhereError(ConflictError):
    """A meeting is not where the editor saw it: somebody else has changed it meanwhile."""

    slug = "meeting-elsewhere"
    title = _("The meeting was changed meanwhile")
    said = _("Nothing was changed. Look where the meeting is now.")


class UndoRefusedError(ConflictError):
    """Without the edit others could not have been made."""

    slug = "undo-refused"
    title = _("Later changes rest on this one")
    said = _("Undo these first: %(edits)s.")
