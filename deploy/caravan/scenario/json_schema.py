"""Validate a document with the JSON Schema of the format, and find fields that the schema does not know."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import available_timezones

from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from caravan.scenario.errors import Fault
from caravan.scenario.json_positions import child_pointer
from caravan.scenario.values import instant
from servicekit.privacy import contacts

Schema = dict[str, Any]

MIN_YEAR, MAX_YEAR = 2000, 2100


@cache
def schema() -> Schema:
    """Return the JSON Schema of the format."""
    loaded: Schema = json.loads((files("caravan.scenario") / "schema.json").read_text("utf-8"))
    return loaded


def faults(document: object) -> list[Fault]:
    """Return the violations of the schema."""
    found = Draft202012Validator(schema(), format_checker=_formats()).iter_errors(document)
    return [_fault(error) for error in found]


def _fault(error: ValidationError) -> Fault:
    pointer = ""
    for part in error.absolute_path:
        pointer = child_pointer(pointer, part)
    return Fault(pointer, _cause(error))


def _cause(error: ValidationError) -> str:
    wanted: Any = error.validator_value
    instance: Any = error.instance
    shown = _shown(instance)
    causes: dict[str, Callable[[], str]] = {
        "required": lambda: f"has no {' and no '.join(name for name in wanted if name not in instance)}",
        "const": lambda: f"must be {_shown(wanted)}, is {shown}",
        "enum": lambda: f"must be one of {', '.join(map(str, wanted))}; is {shown}",
        "type": lambda: f"must be {wanted if isinstance(wanted, str) else ' or '.join(wanted)}, is {shown}",
        "format": lambda: f"{shown} {error.cause}",
        "maxItems": lambda: f"has {len(instance)} entries, {wanted} at most",
        "minimum": lambda: f"is {shown}, {wanted} at least",
        "maximum": lambda: f"is {shown}, {wanted} at most",
        "maxLength": lambda: f"has {len(instance)} characters, {wanted} at most",
        "minItems": lambda: "is empty",
        "minLength": lambda: "is empty",
        "pattern": lambda: "is empty" if wanted == "\\S" else f"{shown} is not of the form {wanted}",
    }
    cause = causes.get(str(error.validator))
    return cause() if cause else error.message


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _formats() -> FormatChecker:
    checker = FormatChecker(formats=())
    checker.checkers = {name: (_accepts(parse), ValueError) for name, parse in _PARSERS.items()}
    return checker


def _accepts(parse: Callable[[str], object]) -> Callable[[object], bool]:
    def accepts(value: object) -> bool:
        if isinstance(value, str):
            parse(value)
        return True

    return accepts


def _day(value: str) -> None:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError("is not a date such as 2024-12-10")
    try:
        _require_year(date.fromisoformat(value))
    except ValueError as error:
        raise ValueError("is not a day of the calendar from 2000 to 2099") from error


def _instant(value: str) -> None:
    try:
        _require_year(instant(value).astimezone(UTC))
    except (ValueError, OverflowError) as error:
        raise ValueError("is not an instant with an offset, such as 2024-12-10T14:00:00+07:00") from error


def _require_year(day: date) -> None:
    if not MIN_YEAR <= day.year < MAX_YEAR:
        raise ValueError("the year is out of range")


def _zone(value: str) -> None:
    is_of_place = "/" in value and not value.startswith("Etc/")
    if value not in available_timezones() or not (is_of_place or value == "UTC"):
        raise ValueError("is not an IANA time zone, such as Asia/Krasnoyarsk")


def _email(value: str) -> None:
    try:
        contacts.email(value)
    except ValueError as error:
        raise ValueError("is not an e-mail address") from error


_PARSERS = {"day": _day, "instant": _instant, "zone": _zone, "email": _email}


def unknown_fields(document: object) -> list[str]:
    """Return the JSON pointers of fields that the schema does not define."""
    return list(_unknown(document, schema(), ""))


def _unknown(value: Any, rule: Schema, pointer: str) -> Iterator[str]:
    rule = _resolved(rule)
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from _unknown(item, rule.get("items", {}), child_pointer(pointer, number))
    if isinstance(value, dict) and "type" in rule:
        for name, item in value.items():
            below = _rule_of(rule, name)
            if below is None:
                yield child_pointer(pointer, name)
            else:
                yield from _unknown(item, below, child_pointer(pointer, name))


def _resolved(rule: Schema) -> Schema:
    while "$ref" in rule:
        rule = schema()["$defs"][rule["$ref"].rpartition("/")[2]]
    return rule


def _rule_of(rule: Schema, name: str) -> Schema | None:
    if name in rule.get("properties", {}):
        return dict(rule["properties"][name])
    for pattern, below in rule.get("patternProperties", {}).items():
        if re.search(pattern, name):
            return dict(below)
    return rule.get("additionalProperties")
