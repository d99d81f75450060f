"""Compatibility check of event contracts: old readers must understand new events, and new readers old events.

So a property may be added if it has a default. Nothing may be removed, renamed, made optional or required, narrowed
or widened. An enumeration is closed, because a reader refuses an unknown value: a new value needs a new major version,
and a set of values that may grow is declared as a plain string. A data class may become stricter, never looser.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

EXPOSURE = {"person": 0, "published": 1, "organisation": 2, "id": 3, "technical": 3}
"""How widely properties of a data class may be published; 0 is the strictest."""
_UNKNOWN_EXPOSURE = 4
"""Exposure of an unknown or missing data class: the loosest, because nothing limits publication."""
_BOUNDS = ("minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "pattern", "const", "enum", "format")
"""Schema keywords that limit values; they must not change at all."""


def breaking_changes(published: Mapping[str, Schema], proposed: Mapping[str, Schema]) -> list[str]:
    """List the incompatible changes; both arguments are results of `schemas.event_schema` by event type."""
    changes = [f"{type_}: the event is gone" for type_ in sorted(published.keys() - proposed.keys())]
    for type_ in sorted(published.keys() & proposed.keys()):
        changes += [f"{type_}{change}" for change in _event_changes(published[type_], proposed[type_])]
    return changes


def _event_changes(old: Schema, new: Schema) -> Iterator[str]:
    if old.get("x-private") != new.get("x-private"):
        yield ": the event moves between the private and the public exchange"
    if old.get("x-publisher") != new.get("x-publisher"):
        yield f": {new.get('x-publisher')} publishes it instead of {old.get('x-publisher')}"
    yield from _value_changes(old, new, "")


def _value_changes(old: Schema, new: Schema, place: str) -> Iterator[str]:
    (old_core, old_null), (new_core, new_null) = _without_null(old), _without_null(new)
    if old_null != new_null:
        yield f"{place}: null is {'allowed' if new_null else 'refused'} now"
    if old_core.get("type") != new_core.get("type"):
        yield f"{place}: the type was {old_core.get('type')} and is {new_core.get('type')}"
        return
    for bound in _BOUNDS:
        if old_core.get(bound) != new_core.get(bound):
            yield f"{place}: {bound} was {old_core.get(bound)} and is {new_core.get(bound)}"
    before, after = old.get("x-data-class"), new.get("x-data-class")
    if before is not None and EXPOSURE.get(after or "", _UNKNOWN_EXPOSURE) > EXPOSURE.get(before, _UNKNOWN_EXPOSURE):
        yield f"{place}: the data class was {before} and is {after}"
    for inner in ("items", "additionalProperties"):
        yield from _item_changes(old_core.get(inner), new_core.get(inner), f"{place}[]")
    yield from _property_changes(old_core, new_core, place)


def _item_changes(old: Any, new: Any, place: str) -> Iterator[str]:
    """Compare the schemas of the values in a list or map; True, False or None applies to all values."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _value_changes(old, new, place)
    elif old != new:
        yield f"{place}: the value schema was {_schema_text(old)} and is {_schema_text(new)}"


def _schema_text(inner: Any) -> str:
    return "an object" if isinstance(inner, Mapping) else str(inner)


def _property_changes(old: Schema, new: Schema, place: str) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    needed_before, needed_after = set(old.get("required", ())), set(new.get("required", ()))
    for name in before:
        if name not in after:
            yield f"{place}.{name}: the property is gone"
            continue
        if (name in needed_before) != (name in needed_after):
            yield f"{place}.{name}: the property is {'required' if name in needed_after else 'optional'} now"
        old_default, new_default = before[name].get("default"), after[name].get("default")
        if old_default != new_default:
            yield f"{place}.{name}: the default was {old_default!r} and is {new_default!r}"
        yield from _value_changes(before[name], after[name], f"{place}.{name}")
    for name in after:
        if name not in before and name in needed_after:
            yield f"{place}.{name}: a new property is required, but older events have none"


def _without_null(schema: Schema) -> tuple[Schema, bool]:
    """Return the schema of the values other than null, and whether null is allowed."""
    choices = schema.get("anyOf")
    if choices is None:
        return schema, False
    (core,) = (choice for choice in choices if choice.get("type") != "null")
    return core, True
