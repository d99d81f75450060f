"""Variants of a mission, such as a smaller hall or other rules, from `variants` of its file."""

from dataclasses import replace
from typing import Any

import click

from caravan.scenario.reader import Scenario
from caravan.scenario.values import Row


class NoSuchVariantError(click.ClickException):
    """The file has no variant of that name."""


def apply_variant(scenario: Scenario, name: str | None) -> Scenario:
    """Return a variant of the scenario; the scenario itself for None.

    Raises:
        NoSuchVariantError: the file has no variant of that name.

    """
    if name is None:
        return scenario
    variants = scenario.document.get("variants") or {}
    if name not in variants:
        known = ", ".join(variants) or "it has none"
        raise NoSuchVariantError(f"The file has no variant {name}. Its variants: {known}.")
    return replace(scenario, document=_apply(scenario.document, variants[name]))


def _apply(document: dict[str, Any], variant: Row) -> dict[str, Any]:
    tables = [row for row in document["tables"] if row["id"] in variant.get("tables", [row["id"]])]
    kept = [row["id"] for row in tables]
    slots = [
        {**row, "tables": [table for table in row.get("tables", kept) if table in kept]}
        for row in document["slots"]
        if row.get("session") in variant.get("sessions", [row.get("session")])
        and row["id"] in variant.get("slots", [row["id"]])
    ]
    rules = {**(document["mission"].get("rules") or {}), **variant.get("rules", {})}
    rules["online_tables"] = [table for table in rules.get("online_tables", kept) if table in kept]
    removed_sessions = _sessions(document["slots"]) - _sessions(slots)
    agenda = [row for row in document.get("agenda") or () if row["id"] not in removed_sessions]
    places = {row.get("location") for row in (*tables, *agenda)}
    return document | {
        "mission": {**document["mission"], "rules": rules},
        "tables": tables,
        "slots": [slot for slot in slots if slot["tables"]],
        "agenda": agenda,
        "walking": [row for row in document.get("walking") or () if {row["from"], row["to"]} <= places],
        "expected_report": variant.get("expected_report", document.get("expected_report")),
    }


def _sessions(slots: list[dict[str, Any]]) -> set[str | None]:
    return {slot.get("session") for slot in slots}
