"""Fields that every schema needs: text as people write it, instants and days that can be meant."""

import unicodedata
from datetime import UTC, datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

from servicekit.languages import noop as _

_BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_MARKS_IN_A_ROW = 4
EARLIEST_YEAR, LATEST_YEAR = 2000, 2100
"""The years between which anything happens; the last one is out."""


class Text(fields.String):
    """A text of one or more lines: trimmed, NFC, without control characters; empty only where allowed."""

    def __init__(self, *, longest: int = 200, shortest: int = 1, lines: bool = False, **options: Any) -> None:
        super().__init__(validate=validate.Length(shortest, longest), **options)
        self._lines = lines

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        if any(unicodedata.category(char) == "Cs" for char in text):
            raise ValidationError(_("The text holds a character that does not exist."))
        text = unicodedata.normalize("NFC", text).strip()
        if any(self._is_control(char) for char in text):
            raise ValidationError(_("The text holds a control character."))
        if _has_heap_of_marks(text):
            raise ValidationError(_("The text holds too many marks on one letter."))
        return text

    def _is_control(self, char: str) -> bool:
        if char in "\n\r\t":
            return not self._lines
        return unicodedata.category(char) == "Cc" or char in _BIDI


class Instant(fields.AwareDateTime):
    """An instant with its offset from UTC, as RFC 3339 writes it; kept in UTC."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> datetime:
        instant: datetime = super()._deserialize(value, attr, data, **options)
        if not EARLIEST_YEAR <= instant.year < LATEST_YEAR:
            raise ValidationError(_("The year is out of the question."))
        return instant.astimezone(UTC)


class Day(fields.Date):
    """A day of the calendar."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        day = super()._deserialize(value, attr, data, **options)
        if not EARLIEST_YEAR <= day.year < LATEST_YEAR:
            raise ValidationError(_("The year is out of the question."))
        return day


def _has_heap_of_marks(text: str) -> bool:
    row = 0
    for char in text:
        row = row + 1 if unicodedata.combining(char) else 0
        if row > _MARKS_IN_A_ROW:
            return True
    return bool(text) and all(unicodedata.combining(char) for char in text)
