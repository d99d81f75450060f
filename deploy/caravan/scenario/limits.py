"""What the platform would refuse half-way: hours without end, tables taken twice, texts that hold an address."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from marshmallow import ValidationError

from caravan.scenario.errors import Fault
from caravan.scenario.json_positions import child_pointer
from caravan.scenario.values import Row, instant, mission_span, texts
from servicekit import contacts
from servicekit.fields import Text

Document = dict[str, Any]

MAX_MISSION = timedelta(days=62)
MAX_SLOT = timedelta(hours=12)
MAX_PROFILE_CHARACTERS = 8_000
"""Characters of a profile over all its items and languages: at most 150 kB on the wire, well within an event."""
MAX_PROGRAMME_BYTES = 200_000
"""Bytes of tables, slots and agenda as JSON."""
_ID = "0" * 36
"""As long as an id of the platform."""
_MULTILINE = (
    "about",
    "text",
    "message",
    "note",
    "reason",
    "subject",
    "notice",
    "how_to_read",
    "expected",
    "definitions",
)
"""Texts that may run over several lines."""
_PUBLISHED = {"organisations": "about", "meeting_requests": "message", "timeline": "reason", "agreements": "subject"}
"""Texts beside those of profiles that the platform publishes, by the part of the document."""


def faults(document: Document) -> Iterator[Fault]:
    """Everything of this kind in a document of the right shape."""
    for rule in (_durations, _shared_tables, _people_without_address, _addresses_in_profiles, _addresses_elsewhere):
        yield from rule(document)
    yield from _unprintable(document, "", "")
    language = document.get("language") or "ru"
    for number, row in enumerate(document["organisations"]):
        yield from _profile_length(f"/organisations/{number}", row, language)
    yield from _programme_size(document, language)


def _durations(document: Document) -> Iterator[Fault]:
    first, last = mission_span(document["mission"])
    if last - first > MAX_MISSION:
        yield Fault("/mission/end", f"is more than {MAX_MISSION.days} days after the start")
    for number, slot in enumerate(document["slots"]):
        if instant(slot["end"]) - instant(slot["start"]) > MAX_SLOT:
            yield Fault(f"/slots/{number}", "lasts longer than twelve hours")


def _shared_tables(document: Document) -> Iterator[Fault]:
    """Two slots at one time have no table in common: at a table only one meeting can stand."""
    every = [table["id"] for table in document["tables"]]
    ordered = sorted(enumerate(document["slots"]), key=lambda one: instant(one[1]["start"]))
    for place, (_, slot) in enumerate(ordered):
        for number, other in ordered[place + 1 :]:
            if instant(other["start"]) >= instant(slot["end"]):
                break
            shared = set(slot.get("tables", every)) & set(other.get("tables", every))
            if shared:
                yield Fault(f"/slots/{number}", f"overlaps {slot['id']} at table {min(shared)}")


def _people_without_address(document: Document) -> Iterator[Fault]:
    for number, row in enumerate(document["organisations"]):
        if (row.get("contact") or {}).get("email"):
            continue
        for place, person in enumerate(row["staff"]):
            if not person.get("email"):
                yield Fault(f"/organisations/{number}/staff/{place}", "has no email, and neither has the organisation")


def _addresses_in_profiles(document: Document) -> Iterator[Fault]:
    """Everybody reads profiles: no text of them says how to reach somebody past the platform."""
    for number, row in enumerate(document["organisations"]):
        for part in ("offers", "needs"):
            for place, item in enumerate(row.get(part) or ()):
                yield from _addresses(document, item, "text", f"/organisations/{number}/{part}/{place}")


def _addresses_elsewhere(document: Document) -> Iterator[Fault]:
    """What is said of organisations, requests, incidents and agreements is read by everybody as well."""
    for part, name in _PUBLISHED.items():
        for number, row in enumerate(document.get(part) or ()):
            yield from _addresses(document, row, name, f"/{part}/{number}")


def _addresses(document: Document, row: Document, name: str, pointer: str) -> Iterator[Fault]:
    countries = {region["code"][:2] for region in document["regions"]}
    for text in texts(row, name, "ru").values():
        if contacts.holds_email(text):
            yield Fault(pointer, f"its {name} holds an e-mail address: take it out")
        if any(contacts.holds_phone(text, country) for country in countries):
            yield Fault(pointer, f"its {name} holds a telephone number: take it out")


def _unprintable(value: Any, pointer: str, name: str) -> Iterator[Fault]:
    """Texts hold no control characters and no heaps of marks."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _unprintable(one, child_pointer(pointer, key), key)
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _unprintable(one, child_pointer(pointer, number), name)
    elif isinstance(value, str):
        try:
            Text(longest=len(value), shortest=0, lines=name.startswith(_MULTILINE)).deserialize(value)
        except ValidationError as error:
            yield Fault(pointer, str(error.messages[0]))


def _profile_length(pointer: str, row: Row, language: str) -> Iterator[Fault]:
    items = [item for part in ("offers", "needs") for item in row.get(part) or ()]
    length = sum(len(text) for item in items for text in texts(item, "text", language).values())
    if length > MAX_PROFILE_CHARACTERS:
        cause = f"its offers and needs have {length} characters in all languages, {MAX_PROFILE_CHARACTERS} at most"
        yield Fault(pointer, cause)


def _programme_size(document: Document, language: str) -> Iterator[Fault]:
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
    size = _json_bytes(parts)
    if size > MAX_PROGRAMME_BYTES:
        largest = max(parts, key=lambda part: _json_bytes(parts[part]))
        cause = f"tables, slots and agenda weigh {size} bytes, {MAX_PROGRAMME_BYTES} at most; most of it stands here"
        yield Fault(f"/{largest}", cause)


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


def _json_bytes(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
