"""What is too much at once: profiles and programmes that no event could carry."""

import json
from collections.abc import Iterator
from typing import Any

from caravan.scenario.faults import Fault
from caravan.scenario.values import Row, texts

Document = dict[str, Any]

LONGEST_PROFILE = 8_000
"""Characters of a profile over all its items and languages: at most 150 kB on the wire, well within an event."""
HEAVIEST_PROGRAMME = 200_000
"""Bytes of tables, slots and agenda as JSON."""

_ID = "0" * 36
"""As long as an id of the platform."""


def faults(document: Document) -> Iterator[Fault]:
    """Everything of this kind in a document of the right shape."""
    language = document.get("language") or "ru"
    for number, row in enumerate(document["organisations"]):
        yield from _profile(f"/organisations/{number}", row, language)
    yield from _programme(document, language)


def _profile(pointer: str, row: Row, language: str) -> Iterator[Fault]:
    items = [item for part in ("offers", "needs") for item in row.get(part) or ()]
    length = sum(len(text) for item in items for text in texts(item, "text", language).values())
    if length > LONGEST_PROFILE:
        cause = f"its offers and needs have {length} characters in all languages, {LONGEST_PROFILE} at most"
        yield Fault(pointer, cause)


def _programme(document: Document, language: str) -> Iterator[Fault]:
    """Weigh the programme as it will be told: a slot that names no tables has all of them."""
    every = [table["id"] for table in document["tables"]]
    parts = {
        "tables": [
            {"id": row["id"], "location": row.get("location") or "", "seats": 100, "video_kit": False}
            for row in document["tables"]
        ],
        "slots": [_slot(row, every) for row in document["slots"]],
        "agenda": [_agenda(row, language) for row in document.get("agenda") or ()],
    }
    weight = _weight(parts)
    if weight > HEAVIEST_PROGRAMME:
        heaviest = max(parts, key=lambda part: _weight(parts[part]))
        cause = f"tables, slots and agenda weigh {weight} bytes, {HEAVIEST_PROGRAMME} at most; most of it stands here"
        yield Fault(f"/{heaviest}", cause)


def _slot(row: Row, every: list[str]) -> Row:
    return {
        "id": row["id"],
        "session": row.get("session") or "",
        "starts_at": row["start"],
        "ends_at": row["end"],
        "tables": row.get("tables", every),
    }


def _agenda(row: Row, language: str) -> Row:
    needed = row.get("required_organisations")
    return {
        "id": row["id"],
        "type": row["type"],
        "titles": texts(row, "title", language) or {language: row["type"]},
        "location": row.get("location") or "",
        "starts_at": row["start"],
        "ends_at": row["end"],
        "binds": bool(needed),
        "organisation_ids": [_ID for _ in needed] if isinstance(needed, list) else None,
    }


def _weight(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
