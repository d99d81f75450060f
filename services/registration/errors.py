"""What registration refuses."""

from http import HTTPStatus

from servicekit.languages import noop as _
from servicekit.problems import Problem


class TakenError(Problem):
    """Something of that natural key exists."""

    status = HTTPStatus.CONFLICT
    slug = "taken"
    title = _("This exists already")


class StatusError(Problem):
    """The thing is in a state in which that cannot happen to it."""

    status = HTTPStatus.CONFLICT
    slug = "wrong-status"
    title = _("The present status does not allow that")


class MissionNotOpenError(StatusError):
    """The mission takes no applications, not yet or no more."""

    slug = "mission-not-open"
    title = _("The mission takes no applications")


class ForeignHomeError(Problem):
    """The region is served by another instance, and only that one may write for it."""

    status = HTTPStatus.CONFLICT
    slug = "foreign-home"
    title = _("Another instance serves this region")
