"""Errors that the API and the pages of notifications answer with."""

from http import HTTPStatus

from servicekit.problems import NotFoundError, Problem
from servicekit.texts.languages import noop as _


class DeliveryNotFoundError(NotFoundError):
    """No delivery has that id, or the actor may not see it."""

    slug = "delivery-not-found"
    title = _("There is no such delivery")


class NotResendableError(Problem):
    """The delivery's state does not allow to send it again."""

    status = HTTPStatus.CONFLICT
    slug = "delivery-not-resendable"
    title = _("The delivery cannot be sent again")


class MailNotReadyError(NotFoundError):
    """The mail of a delivery cannot be composed yet."""

    slug = "letter-not-ready"
    title = _("The letter is not written yet")


class MissionNotFoundError(NotFoundError):
    """The mission does not exist, or the actor may write to nobody on it."""

    slug = "mission-not-found"
    title = _("There is no such mission")


class GroupChangedError(Problem):
    """The number of recipients has changed since the sender saw it."""

    status = HTTPStatus.CONFLICT
    slug = "group-changed"
    title = _("The group has changed")
