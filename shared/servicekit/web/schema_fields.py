"""Marshmallow fields.

Fields that every schema needs: text as people write it, instants and days that can be meant.

Each takes what the document of the API says of it, and nothing that only looks like it: `"1"` is no number.

Fields for texts that everybody may read: what they hold travels on the public exchange.
"""

import re
import unicodedata
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import has_app_context
from marshmallow import ValidationError, fields, validate

from packs import loader
from servicekit.privacy import contacts
from servicekit.texts.languages import noop as _
from servicekit.web.endpoints import runtime

_BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LINE_ENDS = set("\n\r\t\u2028\u2029")
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u180e\u200b\u2060\ufeff"))
"""What nobody sees, so that two texts may look alike and differ; the joiners that scripts need are none of these."""
_BLANK = set("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs that leave the paper white."""
_MARKS_IN_A_ROW = 4
_DIGITS = re.compile(r"-?[0-9]{1,20}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(_DAY.pattern + r"T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})")
EARLIEST_YEAR, LATEST_YEAR = 2000, 2100
"""The years between which anything happens; the last one is out."""


class Text(fields.String):
    """A text of one or more lines: trimmed, NFC, nothing in it that nobody sees; empty only where allowed."""

    def __init__(self, *, longest: int = 200, shortest: int = 1, lines: bool = False, **options: Any) -> None:
        super().__init__(validate=validate.Length(shortest, longest), **options)
        self._lines = lines

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        if any(unicodedata.category(char) == "Cs" for char in text):
            raise ValidationError(_("The text holds a character that does not exist."))
        text = unicodedata.normalize("NFC", text.translate(_UNSEEN)).strip()
        if any(self._is_control(char) for char in text):
            raise ValidationError(_("The text holds a control character."))
        if _has_heap_of_marks(text):
            raise ValidationError(_("The text holds too many marks on one letter."))
        if text and not any(map(_is_seen, text)):
            raise ValidationError(_("The text shows nothing."))
        return text

    def _is_control(self, char: str) -> bool:
        if char in _LINE_ENDS:
            return not self._lines
        return unicodedata.category(char) == "Cc" or char in _BIDI or ord(char) & 0xFFFE == 0xFFFE


class Shape(validate.Regexp):
    """Holds a text to a pattern, written as JSON Schema has it: `^…$`."""

    def __call__(self, value: Any) -> Any:
        """Return the text, or raise ValidationError; a line end behind it belongs to it."""
        if self.regex.fullmatch(value) is None:
            raise ValidationError(self.error)
        return value


class Flag(fields.Boolean):
    """True or false, and nothing that only looks like it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class FlagInQuery(fields.Boolean):
    """The words `true` and `false`, as a query says them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(truthy={"true"}, falsy={"false"}, **options)


class Whole(fields.Integer):
    """A whole number; 1.0 is one by JSON Schema, "1" is a text."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> int:
        if not isinstance(value, int | float) or value % 1:
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **options)


class WholeInQuery(fields.Integer):
    """A whole number in decimal digits, as a query says it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> int:
        if not _DIGITS.fullmatch(str(value)):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **options)


class Real(fields.Float):
    """A number, with a fraction or without."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> float:
        if not isinstance(value, int | float):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **options)


class Id(fields.UUID):
    """An id, written as RFC 9562 does: hexadecimal digits in five groups."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> UUID:
        found = super()._deserialize(value, attr, data, **options)
        if str(found) != str(value).lower():
            raise self.make_error("invalid_uuid")
        return found


class Instant(fields.AwareDateTime):
    """An instant with its offset from UTC, as RFC 3339 writes it; kept in UTC."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> datetime:
        written = str(value).upper()
        if not _INSTANT.fullmatch(written):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        instant: datetime = super()._deserialize(written, attr, data, **options)
        if not EARLIEST_YEAR <= instant.year < LATEST_YEAR:
            raise ValidationError(_("The year is out of the question."))
        return instant.astimezone(UTC)


class Day(fields.Date):
    """A day of the calendar, as RFC 3339 writes it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if not _DAY.fullmatch(str(value)):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        day = super()._deserialize(value, attr, data, **options)
        if not EARLIEST_YEAR <= day.year < LATEST_YEAR:
            raise ValidationError(_("The year is out of the question."))
        return day


def _has_heap_of_marks(text: str) -> bool:
    row = 0
    for char in text:
        row = row + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if row > _MARKS_IN_A_ROW:
            return True
    return False


def _is_seen(char: str) -> bool:
    return unicodedata.category(char)[0] in "LNPS" and char not in _BLANK


class AsWritten(fields.Nested):
    """A document that is written as its schema has it already: thousands of rows are not copied once more."""

    def _serialize(  # type: ignore[override]  # Field and Nested call it by two names
        self, nested_obj: Any, attr: str | None, obj: Any, **_options: Any
    ) -> Any:
        return nested_obj


class PublishedText(Text):
    """A text that its author publishes: it names no way to reach people past the platform."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        wrong = []
        if contacts.holds_email(text):
            wrong.append(_("Take the e-mail address out: everybody may read this text."))
        if any(contacts.holds_phone(text, country) for country in _countries()):
            wrong.append(_("Take the telephone number out: everybody may read this text."))
        if wrong:
            raise ValidationError(wrong)
        return text


def _countries() -> Collection[str]:
    """Name the countries in which a number without its country's code may be: those of the packs and of our homes."""
    settings = runtime().settings if has_app_context() else None
    known = loader.load(settings.packs_dir if settings else "").countries
    return known | {home.split("-", maxsplit=1)[0] for home in (settings.homes if settings else ())}
