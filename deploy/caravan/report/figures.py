"""Convert the figures of a report to the names of a scenario file, and compare them with the expected ones."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Figures = Mapping[str, Any]

_MONTHS = re.compile(r"at_(\d+)_months")
_TOLERANCE = 1e-9
_AMOUNT = re.compile(r"((?:expected|realised)_amount)_([a-z]{3})")
AMOUNTS = ("expected_amount", "realised_amount")
"""Figures whose names in a file end with the currency, such as `expected_amount_rub`."""


@dataclass(frozen=True)
class Difference:
    """A figure that differs from the expected one."""

    name: str
    expected: object
    found: object


def numbers_only(figures: Figures) -> dict[str, Any]:
    """Return a report without its texts, such as definitions: they are not compared."""
    return {
        name: numbers_only(value) if isinstance(value, Mapping) else value
        for name, value in figures.items()
        if not isinstance(value, str)
    }


def with_names_of(expected: Figures, report: Figures) -> dict[str, Any]:
    """Return the report with the names and the structure of the expected figures; None for a missing figure.

    Texts, such as definitions, are the report's if it has the name, else the expected ones.
    """
    currency = str(report.get("currency") or "").lower()
    return {name: _figure(name, value, report, currency) for name, value in expected.items()}


def _figure(name: str, expected: Any, report: Figures, currency: str) -> Any:
    if isinstance(expected, Mapping):
        return {below: _figure(below, value, _section(name, report), currency) for below, value in expected.items()}
    if isinstance(expected, str):
        text = report.get(name)
        return text if isinstance(text, str) else expected
    if name in report or not (match := _AMOUNT.fullmatch(name)):
        return report.get(name)
    if match[2] == currency:
        return report.get(match[1])
    others = report.get("other_currencies")
    return None if others is None else others.get(match[2].upper(), 0)


def _section(name: str, report: Figures) -> Figures:
    match = _MONTHS.fullmatch(name)
    found = report.get("at_months", {}).get(match[1]) if match else report.get(name)
    return found if isinstance(found, Mapping) else {}


def with_default_names(report: Figures) -> dict[str, Any]:
    """Return all figures of a report with the names that a scenario file uses."""
    currency = str(report.get("currency") or "").lower()
    plain = {name: value for name, value in report.items() if name not in ("at_months", "currency", "id", "version")}
    months = {f"at_{number}_months": _renamed(part, currency) for number, part in report.get("at_months", {}).items()}
    definitions = {"definitions": plain.pop("definitions")} if "definitions" in plain else {}
    return _renamed(plain, currency) | months | definitions


def _renamed(figures: Figures, currency: str) -> dict[str, Any]:
    return {f"{name}_{currency}" if name in AMOUNTS else name: value for name, value in figures.items()}


def differences(expected: Figures, found: Figures, prefix: str = "") -> Iterator[Difference]:
    """Yield every expected figure that differs; names of nested figures are joined with dots."""
    for name, value in expected.items():
        place, got = f"{prefix}{name}", found.get(name)
        if isinstance(value, Mapping):
            yield from differences(value, got if isinstance(got, Mapping) else {}, f"{place}.")
        elif not _equal(value, got):
            yield Difference(place, value, got)


def leaves(figures: Figures) -> Iterator[object]:
    """Yield every figure of a report, those of nested parts included."""
    for value in figures.values():
        if isinstance(value, Mapping):
            yield from leaves(value)
        else:
            yield value


def _equal(expected: object, found: object) -> bool:
    if isinstance(expected, int | float) and isinstance(found, int | float):
        return abs(expected - found) <= _TOLERANCE
    return expected == found
