"""What notifications may refuse."""

from http import HTTPStatus

from servicekit.languages import noop as _
from servicekit.problems import NotFoundError, Problem


class DeliveryNotFoundError(NotFoundError):
    """There is no delivery of that id."""

    slug = "delivery-not-found"
    title = _("There is no such delivery")


class NotResendableError(Problem):
    """The delivery was accepted, is on its way, or must not be sent."""

    status = HTTPStatus.CONFLICT
    slug = "delivery-not-resendable"
    title = _("The delivery cannot be sent again")


class MailNotReadyError(NotFoundError):
    """The letter cannot be written yet."""

    slug = "letter-not-ready"
    title = _("The letter is not written yet")


class MissionNotFoundError(NotFoundError):
    """There is no such mission, or nobody on it to whom this sender may write."""

    slug = "mission-not-found"
    title = _("There is no such mission")


class GroupChangedError(Problem):
    """The group is another one than the sender has seen."""

    status = HTTPStatus.CONFLICT
    slug = "group-changed"
    title = _("The group has changed")
