"""What is refused of changes that organisers make by hand."""

from matching.errors import ConflictError
from servicekit.languages import noop as _
from servicekit.problems import NotFoundError


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
