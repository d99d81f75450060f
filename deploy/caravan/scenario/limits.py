"""Limits of the platform, checked before loading: durations, table use, sizes, and contact data in public texts."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from marshmallow import ValidationError

from caravan.scenario.errors import Fault
from caravan.scenario.json_positions import child_pointer
from caravan.scenario.programme import agenda_body, slot_body
from caravan.scenario.values import Row, instant, mission_span, texts
from servicekit.privacy import contacts
from servicekit.web.schema_fields import Text

Document = dict[str, Any]

MAX_MISSION = timedelta(days=62)
MAX_SLOT = timedelta(hours=12)
MAX_PROFILE_CHARACTERS = 8_000
"""Characters of a profile, all items and languages together: at most 150 kB in an event."""
MAX_PROGRAMME_BYTES = 200_000
"""Bytes of tables, slots and agenda as JSON in an event."""
_ID = "0" * 36
"""A placeholder with the length of the platform's ids."""
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
"""Prefixes of the names of multi-line texts."""
_PUBLISHED = {"organisations": "about", "meeting_requests": "message", "timeline": "reason", "agreements": "subject"}
"""Public texts outside profiles, by the part of the document."""


def faults(document: Document) -> Iterator[Fault]:
    """Yield the limits that a document exceeds; it has to match the JSON Schema."""
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
    """Slots that overlap have no table in common: a table holds one meeting at a time."""
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
    """Profiles are public: their texts hold no contact data, which would bypass the platform."""
    for number, row in enumerate(document["organisations"]):
        for part in ("offers", "needs"):
            for place, item in enumerate(row.get(part) or ()):
                yield from _addresses(document, item, "text", f"/organisations/{number}/{part}/{place}")


def _addresses_elsewhere(document: Document) -> Iterator[Fault]:
    """Public texts of organisations, requests, incidents and agreements hold no contact data either."""
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
    """Texts hold no control characters and no long runs of combining marks."""
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
    """The programme, in the form in which it is published, is not too large for an event."""
    every = [table["id"] for table in document["tables"]]
    parts = {
        "tables": [
            {"id": row["id"], "location": row.get("location") or "", "seats": 100, "video_kit": False}
            for row in document["tables"]
        ],
        "slots": [slot_body(row, every) for row in document["slots"]],
        "agenda": [_agenda(row, language) for row in document.get("agenda") or ()],
    }
    size = _json_bytes(parts)
    if size > MAX_PROGRAMME_BYTES:
        largest = max(parts, key=lambda part: _json_bytes(parts[part]))
        cause = f"tables, slots and agenda take {size} bytes, {MAX_PROGRAMME_BYTES} at most; most of it is here"
        yield Fault(f"/{largest}", cause)


def _agenda(row: Row, language: str) -> Row:
    named = row.get("required_organisations")
    return agenda_body(row, language, [_ID for _ in named] if isinstance(named, list) else None)


def _json_bytes(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
