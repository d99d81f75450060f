"""Ids.

Identifiers: fresh ones that sort by time, and ones derived from what they stand for.

What a part of a path may be, and how the document of an API tells it.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import uuid_utils.compat
from werkzeug.exceptions import NotFound
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter

_LAST = datetime.max.replace(microsecond=0, tzinfo=UTC).timestamp()


def fresh() -> UUID:
    """Return a new UUIDv7 (RFC 9562): later ones sort after earlier ones."""
    return uuid_utils.compat.uuid7()


def random() -> UUID:
    """Return a UUIDv4, which tells nothing of when it was made."""
    return uuid4()


def made_at(identifier: UUID) -> datetime:
    """Return when a UUIDv7 was made, by the machine's clock; the last instant where it says a later one."""
    return datetime.fromtimestamp(min((identifier.int >> 80) / 1000, _LAST), UTC)


def first_at(instant: datetime) -> UUID:
    """Return the least UUIDv7 that can be made at an instant: all that were made before sort before it."""
    return UUID(int=int(instant.timestamp() * 1000) << 80)


def derived(*parts: object) -> UUID:
    """Return the UUIDv5 that stands for these parts, the same in every process and at every try."""
    return uuid5(NAMESPACE_URL, "/".join(str(part) for part in parts))


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
