"""What a sheet is refused for."""

from http import HTTPStatus

from servicekit.problems import Problem
from servicekit.texts.languages import noop as _


class SheetError(Problem):
    """The file cannot be taken; its errors point to rows and columns, where it came to that."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    slug = "sheet-refused"
    title = _("The file cannot be taken")
