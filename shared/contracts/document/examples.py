"""Example events, generated from their dataclasses and the glossary."""

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
    """Return an example of an event in its wire format."""
    origin = Origin(
        id=ID,
        source=f"/{HOME}/{event.publisher}",
        subject=str(example_id(f"{entity_of(event.type)}_id")),
        time=AT,
        subjectversion=3,
        traceparent=TRACE,
        causationid=str(CAUSE),
    )
    example: dict[str, Any] = json.loads(to_wire(example_object(event), origin))
    return example


def example_object(declared: Any) -> Any:
    """Return an instance of an event dataclass with all properties set."""
    fact = getattr(declared, "type", "").split(".")[-2:-1]
    values = {}
    for prop in properties(declared):
        words = _listed_values(descriptions.property_description(declared, prop.name))
        chosen = next((word for word in words if word in fact), words[0]) if words else None
        values[prop.name] = example_value(prop.type, prop.name, chosen)
    return declared(**values)


def _listed_values(description: str) -> list[str]:
    """Return the values at the start of a description such as `scheduled, moved, held.`; empty if there are none."""
    listed = _LIST.match(description)
    return listed[0].split(", ") if listed else []


def example_value(hint: Any, name: str, chosen: str | None = None) -> Any:
    """Return an example of a type: `chosen`, that of the glossary, or one generated from the property's name."""
    known = chosen or (TERMS[name].example if name in TERMS else None)
    if get_origin(hint) is tuple:
        return (example_value(get_args(hint)[0], name),)
    if get_origin(hint) is dict:
        return dict(known) if isinstance(known, dict) else {"ru": f"{name} по-русски", "en": f"{name} in English"}
    if dataclasses.is_dataclass(hint):
        return example_object(hint)
    if issubclass(hint, StrEnum):
        return next(iter(hint))
    if known is not None and isinstance(known, hint):
        return known
    defaults = {UUID: example_id(name), datetime: AT, date: AT.date(), bool: True, int: 7, float: 0.5, str: name}
    return defaults[hint]


def example_id(name: str) -> UUID:
    """Return the example id of a property; it is the same in all examples."""
    return uuid5(NAMESPACE_URL, name)
