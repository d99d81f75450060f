"""Whether a contract may change as it is about to: only by addition, in both directions of time.

Who wrote a reader last year must read what is published today, and today's readers must read
what the history holds. So a property may be added if it has a default; nothing may be taken
away, renamed, made optional or required, narrowed or widened. An enumeration is closed: a
reader refuses a word that it does not know, so a new word is a new version; a set of words
that may grow is plain text. A data class may become stricter, never looser.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

LOOSENESS = {"person": 0, "published": 1, "organisation": 2, "id": 3, "technical": 3}
"""How far a data class lets a property travel; the strictest is 0."""
_UNKNOWN = 4
"""A class that is not among them, or none at all: who keeps the data could not tell how far it may go."""
_ROOM = ("minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "pattern", "const", "enum", "format")
"""What bounds a value: neither old nor new readers may meet a value outside."""


def breaches(published: Mapping[str, Schema], proposed: Mapping[str, Schema]) -> list[str]:
    """List what breaks the word that was given; both are schemas by event type, as `schemas.published` makes them."""
    found = [f"{type_}: the event is gone" for type_ in sorted(published.keys() - proposed.keys())]
    for type_ in sorted(published.keys() & proposed.keys()):
        found += [f"{type_}{breach}" for breach in _of_event(published[type_], proposed[type_])]
    return found


def _of_event(old: Schema, new: Schema) -> Iterator[str]:
    if old.get("x-private") != new.get("x-private"):
        yield ": the event moves between the private and the public exchange"
    if old.get("x-publisher") != new.get("x-publisher"):
        yield f": {new.get('x-publisher')} publishes it instead of {old.get('x-publisher')}"
    yield from _of_value(old, new, "")


def _of_value(old: Schema, new: Schema, place: str) -> Iterator[str]:
    (old_core, old_null), (new_core, new_null) = _bare(old), _bare(new)
    if old_null != new_null:
        yield f"{place}: null is {'allowed' if new_null else 'refused'} now"
    if old_core.get("type") != new_core.get("type"):
        yield f"{place}: the type was {old_core.get('type')} and is {new_core.get('type')}"
        return
    for bound in _ROOM:
        if old_core.get(bound) != new_core.get(bound):
            yield f"{place}: {bound} was {old_core.get(bound)} and is {new_core.get(bound)}"
    before, after = old.get("x-data-class"), new.get("x-data-class")
    if before is not None and LOOSENESS.get(after or "", _UNKNOWN) > LOOSENESS.get(before, _UNKNOWN):
        yield f"{place}: the data class was {before} and is {after}"
    for inner in ("items", "additionalProperties"):
        yield from _of_inner(old_core.get(inner), new_core.get(inner), f"{place}[]")
    yield from _of_members(old_core, new_core, place)


def _of_inner(old: Any, new: Any, place: str) -> Iterator[str]:
    """Compare what is said of the values within a list or a map; True, False and None speak of them all."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _of_value(old, new, place)
    elif old != new:
        yield f"{place}: the schema was {_told(old)} and is {_told(new)}"


def _told(inner: Any) -> str:
    return "one of its own" if isinstance(inner, Mapping) else str(inner)


def _of_members(old: Schema, new: Schema, place: str) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    needed_before, needed_after = set(old.get("required", ())), set(new.get("required", ()))
    for name in before:
        if name not in after:
            yield f"{place}.{name}: the property is gone"
            continue
        if (name in needed_before) != (name in needed_after):
            yield f"{place}.{name}: the property is {'required' if name in needed_after else 'optional'} now"
        if before[name].get("default") != after[name].get("default"):
            yield f"{place}.{name}: the default was {before[name].get('default')!r} and is another now"
        yield from _of_value(before[name], after[name], f"{place}.{name}")
    for name in after:
        if name not in before and name in needed_after:
            yield f"{place}.{name}: a new property is required, but older events have none"


def _bare(schema: Schema) -> tuple[Schema, bool]:
    """Return what a value is when it is not null, and whether it may be null."""
    choices = schema.get("anyOf")
    if choices is None:
        return schema, False
    (core,) = (choice for choice in choices if choice.get("type") != "null")
    return core, True
