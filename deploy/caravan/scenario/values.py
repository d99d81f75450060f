"""Read values from the rows of a scenario: texts by language, instants, amounts with their currency."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Row = Mapping[str, Any]
"""A JSON object of the file."""


def texts(row: Row, stem: str, language: str) -> dict[str, str]:
    """Return a text by language from `name_ru`, `name_en` and so on; a bare `name` is in the given language."""
    pattern = re.compile(rf"{re.escape(stem)}_([a-z]{{2}})")
    found = {match[1]: row[key] for key in row if (match := pattern.fullmatch(key)) and _is_text(row[key])}
    if _is_text(row.get(stem)):
        found.setdefault(language, row[stem])
    return found


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def text(row: Row, stem: str, language: str) -> str:
    """Return a text in a language, else in any other; empty if there is none."""
    found = texts(row, stem, language)
    return found.get(language) or next(iter(found.values()), "")


def instant(value: str) -> datetime:
    """Parse an RFC 3339 date-time.

    Raises:
        ValueError: it is invalid, or has no offset.

    """
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError("has no offset")
    return found


def mission_span(mission: Row) -> tuple[datetime, datetime]:
    """Return start and end of a mission: local midnight before the first day and after the last one."""
    zone = ZoneInfo(mission["timezone"])
    first, last = date.fromisoformat(mission["start"]), date.fromisoformat(mission["end"])
    return datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone)


def language_of_tag(tag: str) -> str:
    """Return the language of a language tag, such as `en` for `en-GB`."""
    return tag.partition("-")[0]


def amount(row: Row, stem: str) -> tuple[int | None, str | None]:
    """Return an amount in whole units, and its currency; None for what is missing.

    The amount is in a field such as `expected_amount_rub`, or in `expected_amount` with a field
    `currency`; the first one with a value counts.
    """
    pattern = re.compile(rf"{re.escape(stem)}_([a-z]{{3}})")
    named = [(value, match[1].upper()) for key, value in row.items() if (match := pattern.fullmatch(key))]
    bare = row.get("currency")
    if row.get(stem) is not None or (bare and not named):
        named.append((row.get(stem), bare.upper() if bare else None))
    given = [(round(value), currency) for value, currency in named if value is not None]
    return given[0] if given else (None, named[0][1] if named else None)


_AMOUNT = re.compile(r"(expected|realised)_amount(_[a-z]{3})?")


def without_nulls(value: Any) -> Any:
    """Return a JSON value without members that are null, except amounts, whose names hold the currency."""
    if isinstance(value, list):
        return [without_nulls(one) for one in value]
    if isinstance(value, dict):
        kept = {key: one for key, one in value.items() if one is not None or _AMOUNT.fullmatch(key)}
        return {key: one if key == "expected_report" else without_nulls(one) for key, one in kept.items()}
    return value
