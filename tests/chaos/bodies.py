"""What the client sends: bodies of requests that a key and some numbers decide."""

from datetime import UTC, datetime, timedelta
from typing import Any

from small_mission import NEEDS, OFFERS

REGIONS = {"guest": "RU-KLU", "host": "RU-KYA"}
FIRST_DAY = datetime(2031, 3, 10, tzinfo=UTC)
SLOTS = 6
MAILBOXES = range(4)
"""The numbers of the addresses that a person may take."""
SLOT = timedelta(minutes=30)
SIGNED_AT = "2025-02-10T10:00:00+00:00"
"""So long ago that every check of an agreement is due at once."""

Body = dict[str, Any]


def mission(key: str) -> Body:
    """Return a mission of one day with a small hall."""
    starts = [FIRST_DAY + timedelta(hours=5) + number * SLOT for number in range(SLOTS)]
    tables = ["T1", "T2", "T3"]
    return {
        "reference": key,
        "titles": {"ru": f"Миссия {key}", "en": f"Mission {key}"},
        "kind": "interregional",
        "guest_region": REGIONS["guest"],
        "host_region": REGIONS["host"],
        "starts_on": FIRST_DAY.date().isoformat(),
        "ends_on": FIRST_DAY.date().isoformat(),
        "timezone": "UTC",
        "rules": {"max_meetings_per_person_per_day": 4, "min_meetings_per_guest": 1},
        "tables": [{"id": table, "video_kit": table == "T1"} for table in tables],
        "slots": [{"id": f"s{number}", "tables": tables, **_window(at)} for number, at in enumerate(starts)],
    }


def organisation(key: str, side: str, name: int = 0) -> Body:
    """Return a company of a side."""
    return {"reference": key, "region": REGIONS[side], "is_sme": True, **named(key, name)}


def named(key: str, number: int) -> Body:
    """Return a name of a company."""
    return {"names": {"ru": f"{key}, имя {number}", "en": f"{key}, name {number}"}}


def application(mission_id: str, organisation_id: str, side: str, people: list[str], *, submit: bool) -> Body:
    """Return an application with a profile and people."""
    return {
        "mission_id": mission_id,
        "organisation_id": organisation_id,
        "side": side,
        "profile": profile(0),
        "delegates": [delegate(person) for person in people],
        "submit": submit,
    }


def profile(number: int) -> Body:
    """Return a profile: what one side offers the other needs sooner or later."""
    offer, need = OFFERS[number % len(OFFERS)], NEEDS[(2 * number + 1) % len(NEEDS)]
    return {"offers": [_item(offer, number)], "needs": [_item(need, number)]}


def delegate(key: str) -> Body:
    """Return a person."""
    consent = {"purpose": "processing", "text": "I consent.", "language": "en", "channel": "import"}
    facts = {"reference": key, "names": {"en": f"Person {key}"}, "email": address(key, 0), "language": "en"}
    return facts | {"consents": [consent]}


def address(key: str, number: int) -> str:
    """Return an address of a person."""
    return f"{key}.{number}@example.org"


def absence(slot: int) -> Body:
    """Return the absence from one slot."""
    return {**_window(FIRST_DAY + timedelta(hours=5) + slot * SLOT), "reason": f"away in slot {slot}"}


def agreement(mission_id: str, guest_id: str, host_id: str, key: str) -> Body:
    """Return an agreement that is old enough for all its checks."""
    return {
        "mission_id": mission_id,
        "guest_id": guest_id,
        "host_id": host_id,
        "type": "supply_contract",
        "subject": key,
        "expected_amount": 1000,
        "signed_at": SIGNED_AT,
    }


def _item(text: str, number: int) -> Body:
    return {"id": "one", "partnership_type": "supplier_agreement", "texts": {"en": f"{text} {number}"}}


def _window(start: datetime) -> dict[str, str]:
    return {"starts_at": start.isoformat(), "ends_at": (start + SLOT).isoformat()}
