"""Read values out of a scenario's rows: texts by language, instants, amounts with their currency."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

Row = Mapping[str, Any]
"""One object of the file, as JSON has it."""


def texts(row: Row, stem: str, language: str) -> dict[str, str]:
    """Return a text by language: `name_ru`, `name_en`; a bare `name` counts as in the given language."""
    pattern = re.compile(rf"{re.escape(stem)}_([a-z]{{2}})")
    found = {match[1]: row[key] for key in row if (match := pattern.fullmatch(key)) and row[key]}
    if row.get(stem) and isinstance(row[stem], str):
        found.setdefault(language, row[stem])
    return found


def text(row: Row, stem: str, language: str) -> str:
    """Return a text in a language, else in any, else nothing."""
    found = texts(row, stem, language)
    return found.get(language) or next(iter(found.values()), "")


def instant(value: str) -> datetime:
    """Return the instant of an RFC 3339 text.

    Raises:
        ValueError: it is none, or has no offset.

    """
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError("has no offset")
    return found


def amount(row: Row, stem: str) -> tuple[int | None, str | None]:
    """Return an amount in whole units, and its currency, from a field such as `expected_amount_rub`."""
    pattern = re.compile(rf"{re.escape(stem)}_([a-z]{{3}})")
    for key, value in row.items():
        if match := pattern.fullmatch(key):
            return (None if value is None else round(value)), match[1].upper()
    return None, None
