"""What a part of a path may be, and how the document of an API tells it."""

from typing import Any

from werkzeug.exceptions import NotFound
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter

LETTER_ID = r"[^/.]+\.[^/]+"


class Printable(UnicodeConverter):
    """A part of a path that people can read: nothing is found under a NUL, and no database is asked for one."""

    def to_python(self, value: str) -> str:
        """Read it, or let the path name nothing."""
        if not value.isprintable():
            raise NotFound  # a ValidationError would tell of methods that other rules of the same path take
        return value


class LetterId(Printable):
    """The id of an event that failed: two parts with a dot between them, unlike any word at the same place."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map)
        self.regex = LETTER_ID


class Number(IntegerConverter):
    """A number in its one spelling: ASCII digits, no zero before them, at most ten."""

    regex = "(?:0|[1-9][0-9]{0,9})"

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, min=0, max=10**10 - 1)


CONVERTERS = {"default": Printable, "string": Printable, "letter": LetterId, "int": Number}


def letter_id(_converter: LetterId) -> dict[str, Any]:
    """Tell what the id of an event that failed looks like."""
    return {"type": "string", "pattern": f"^{LETTER_ID}$"}
