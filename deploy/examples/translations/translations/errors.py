"""Errors that the service returns as problem details."""

from http import HTTPStatus

from servicekit.problems import NotFoundError, Problem
from servicekit.texts.languages import noop as _


class OriginalNotFoundError(NotFoundError):
    """The service has no copy of the text."""

    title = _("There is no such text")


class NothingMissingError(Problem):
    """The text exists in that language."""

    status = HTTPStatus.CONFLICT
    slug = "nothing-missing"
    title = _("The text is there in this language")


class ElsewhereError(Problem):
    """The home of the original is another instance."""

    status = HTTPStatus.CONFLICT
    slug = "translated-elsewhere"
    title = _("Another instance takes the translations of this text")
