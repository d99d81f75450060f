"""What the service may refuse."""

from http import HTTPStatus

from servicekit.languages import noop as _
from servicekit.problems import NotFoundError, Problem


class OriginalNotFoundError(NotFoundError):
    """There is no such text, as far as was heard."""

    title = _("There is no such text")


class NothingMissingError(Problem):
    """Its owner has said the text in that language."""

    status = HTTPStatus.CONFLICT
    slug = "nothing-missing"
    title = _("The text is there in this language")


class ElsewhereError(Problem):
    """The original's home is another instance."""

    status = HTTPStatus.CONFLICT
    slug = "translated-elsewhere"
    title = _("Another instance takes the translations of this text")
