"""Slots and items of the agenda of a scenario as the registration API expects them."""

from collections.abc import Sequence
from typing import Any

from caravan.scenario.values import Row, texts

Body = dict[str, Any]


def slot_body(row: Row, tables: Sequence[str]) -> Body:
    """Return the body of a slot; one that names no tables has all of them."""
    return {
        "id": row["id"],
        "session": row.get("session") or "",
        "starts_at": row["start"],
        "ends_at": row["end"],
        "tables": row.get("tables", tables),
    }


def agenda_body(row: Row, language: str, required_organisations: Sequence[str] | None) -> Body:
    """Return the body of an item of the agenda.

    Args:
        row: The item in the file.
        language: The language of texts without one.
        required_organisations: Ids of the organisations that have to attend; None if the file lists none.

    """
    return {
        "id": row["id"],
        "type": row["type"],
        "titles": texts(row, "title", language) or {language: row["type"]},
        "location": row.get("location") or "",
        "starts_at": row["start"],
        "ends_at": row["end"],
        "binds": bool(row.get("required_organisations")),
        "organisation_ids": required_organisations,
    }
