"""Read values out of a scenario's rows: texts by language, instants, amounts with their currency."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Row = Mapping[str, Any]
"""One object of the file, as JSON has it."""


def texts(row: Row, stem: str, language: str) -> dict[str, str]:
    """Return a text by language: `name_ru`, `name_en`; a bare `name` counts as in the given language."""
    pattern = re.compile(rf"{re.escape(stem)}_([a-z]{{2}})")
    found = {match[1]: row[key] for key in row if (match := pattern.fullmatch(key)) and _is_text(row[key])}
    if _is_text(row.get(stem)):
        found.setdefault(language, row[stem])
    return found


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


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


def mission_span(mission: Row) -> tuple[datetime, datetime]:
    """Return the days of a mission, from the first local midnight to the last."""
    zone = ZoneInfo(mission["timezone"])
    first, last = date.fromisoformat(mission["start"]), date.fromisoformat(mission["end"])
    return datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone)


def language_of_tag(tag: str) -> str:
    """Return the language of a language tag: `en` of `en-GB`."""
    return tag.partition("-")[0]


def amount(row: Row, stem: str) -> tuple[int | None, str | None]:
    """Return an amount in whole units, and its currency.

    It stands in a field such as `expected_amount_rub`, or in `expected_amount` beside `currency`; of
    several the first that is given.
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
    """Leave out the members that are null, as if they were not there; an amount's name tells its currency still."""
    if isinstance(value, list):
        return [without_nulls(one) for one in value]
    if isinstance(value, dict):
        kept = {key: one for key, one in value.items() if one is not None or _AMOUNT.fullmatch(key)}
        return {key: one if key == "expected_report" else without_nulls(one) for key, one in kept.items()}
    return value
