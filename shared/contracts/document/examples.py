"""Examples of events, made from their declarations: what could be on the wire."""

import dataclasses
import json
import re
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, get_args, get_origin
from uuid import NAMESPACE_URL, UUID, uuid5

from contracts.document import descriptions
from contracts.document.glossary import TERMS
from contracts.event import Event, Origin, entity_of, to_wire
from contracts.schema import properties

AT = datetime(2024, 12, 10, 7, 0, tzinfo=UTC)
HOME = "ru-kya"
ID = UUID("0193af5b-4280-7000-8000-000000000001")
CAUSE = UUID("0193af5b-4280-7000-8000-000000000000")
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
_LIST = re.compile(r"[a-z_]+(, [a-z_]+)+")


def wire_example(event: type[Event]) -> dict[str, Any]:
    """Return an event as it could be on the wire."""
    origin = Origin(
        id=ID,
        source=f"/{HOME}/{event.publisher}",
        subject=str(example_id(f"{entity_of(event.type)}_id")),
        time=AT,
        subjectversion=3,
        traceparent=TRACE,
        causationid=str(CAUSE),
    )
    told: dict[str, Any] = json.loads(to_wire(build(event), origin))
    return told


def build(declared: Any) -> Any:
    """Make a declared dataclass with every property filled."""
    fact = getattr(declared, "type", "").split(".")[-2:-1]
    made = {}
    for prop in properties(declared):
        words = _words(descriptions.of_property(declared, prop.name))
        chosen = next((word for word in words if word in fact), words[0]) if words else None
        made[prop.name] = example(prop.type, prop.name, chosen)
    return declared(**made)


def _words(description: str) -> list[str]:
    """Take the words out of a description that lists them: `scheduled, moved, held.`"""
    listed = _LIST.match(description)
    return listed[0].split(", ") if listed else []


def example(hint: Any, name: str, chosen: str | None = None) -> Any:
    """Make a value of a property's type: what is chosen, that of the glossary, else one that tells where it stands."""
    known = chosen or (TERMS[name].example if name in TERMS else None)
    if get_origin(hint) is tuple:
        return (example(get_args(hint)[0], name),)
    if get_origin(hint) is dict:
        return dict(known) if isinstance(known, dict) else {"ru": f"{name} по-русски", "en": f"{name} in English"}
    if dataclasses.is_dataclass(hint):
        return build(hint)
    if issubclass(hint, StrEnum):
        return next(iter(hint))
    if known is not None and isinstance(known, hint):
        return known
    made = {UUID: example_id(name), datetime: AT, date: AT.date(), bool: True, int: 7, float: 0.5, str: name}
    return made[hint]


def example_id(name: str) -> UUID:
    """Return the id that stands for a property in every example."""
    return uuid5(NAMESPACE_URL, name)
