"""JSON Schemas (2020-12) of events as they are on the wire: CloudEvents' envelope and what it carries."""

import dataclasses
from collections.abc import Mapping
from typing import Any, get_args, get_origin

from contracts.document import descriptions
from contracts.event import LONGEST_ATTRIBUTE, SPEC_VERSION, Event
from contracts.schema import json_schema, properties, schema_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

_ATTRIBUTES: Mapping[str, Schema] = {
    "specversion": {"type": "string", "const": SPEC_VERSION, "description": "The version of CloudEvents."},
    "id": {
        "type": "string",
        "format": "uuid",
        "description": "The id of the event, unique with its source: what comes twice has the same. "
        "Ours are UUIDv7 and tell when the event was written.",
    },
    "source": {
        "type": "string",
        "pattern": "^/[a-z0-9-]+/[a-z0-9_-]+$",
        "description": "Who tells it: `/HOME/SERVICE`, the aggregate's region in lower case (of what belongs to the "
        "instance itself its first region, or `instance` where it serves all).",
    },
    "type": {"type": "string", "description": "What happened, with the major version of its contract."},
    "subject": {
        "type": "string",
        "minLength": 1,
        "maxLength": LONGEST_ATTRIBUTE,
        "description": "The id of the aggregate whose state the event carries.",
    },
    "time": {
        "type": "string",
        "format": "date-time",
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})$",
        "description": "When it happened.",
    },
    "datacontenttype": {"type": "string", "const": "application/json", "description": "How `data` is written."},
    "dataschema": {"type": "string", "format": "uri", "description": "The name of the schema of `data`."},
    "subjectversion": {
        "type": "integer",
        "minimum": 1,
        "description": "The number of the aggregate's state, from 1. Of one subject the highest number is the newest "
        "state: keep it beside your copy, and let a lower number or the same change nothing.",
    },
    "mission": {"type": "string", "format": "uuid", "description": "The mission that the event belongs to."},
    "traceparent": {
        "type": "string",
        "pattern": "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}",
        "description": "W3C's trace context of what caused it.",
    },
    "causationid": {"type": "string", "format": "uuid", "description": "The id of the event that caused it."},
    "snapshot": {
        "type": "boolean",
        "const": True,
        "description": "There where the event repeats a present state for who has missed it: write your copy, "
        "but tell and count nothing.",
    },
}
_ALWAYS = ("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "subjectversion")


def envelope() -> Schema:
    """Describe what surrounds the data of every event."""
    return {
        "title": "Envelope",
        "type": "object",
        "description": "CloudEvents 1.0, structured JSON. Ignore attributes that you do not know.",
        "properties": {name: dict(attribute) for name, attribute in _ATTRIBUTES.items()},
        "required": [*_ALWAYS, "data"],
    }


def own_part(event: type[Event]) -> Schema:
    """Describe what is particular to one event within the envelope."""
    mission = [prop.name for prop in properties(event) if prop.name == "mission_id" and not prop.nullable]
    return {
        "type": "object",
        "properties": {
            "type": {"type": "string", "const": event.type},
            "dataschema": {"type": "string", "const": f"urn:{event.type.replace('.', ':')}"},
            "data": data(event),
        },
        "required": [*("mission" for _ in mission), "data"],
    }


def published(event: type[Event]) -> Schema:
    """Describe one event whole, in a document that stands alone."""
    whole, own = envelope(), own_part(event)
    members = whole["properties"]
    for name, told in own["properties"].items():
        members[name] = {"description": members[name]["description"], **told} if name in members else told
    return {
        "$schema": DIALECT,
        "$id": f"urn:{event.type.replace('.', ':')}:event",
        "title": event.type,
        "description": descriptions.of_event(event),
        "type": "object",
        "properties": members,
        "required": [*_ALWAYS, *own["required"]],
        "x-publisher": event.publisher,
        "x-private": event.private,
    }


def data(event: type[Event]) -> Schema:
    """Describe what an event carries, in words too."""
    described = json_schema(event)
    _explain(event, described)
    return described


def _explain(declared: type, schema: Schema) -> None:
    """Add to the schema of a dataclass what its properties mean, and how one that is absent is to be read."""
    schema["description"] = descriptions.of_class(declared)
    for prop, field in zip(properties(declared), dataclasses.fields(declared), strict=True):
        told = schema["properties"][prop.name]
        meaning = descriptions.of_property(declared, prop.name)
        if meaning:
            told["description"] = meaning
        if not prop.required:
            told["default"] = _default(declared, field)
        inner = get_args(prop.type)[0] if get_origin(prop.type) is tuple else prop.type
        if dataclasses.is_dataclass(inner):
            _explain(inner, _within(told))  # type: ignore[arg-type]  # a class, not a value


def _within(told: Schema) -> Schema:
    """Step to the schema of the object that a property, or each item of its list, is."""
    chosen = told["anyOf"][0] if "anyOf" in told else told
    inner: Schema = chosen.get("items", chosen)
    return inner


def _default(declared: type, field: dataclasses.Field[Any]) -> Any:
    """Return what is read where an older event lacks a property, as it would be on the wire."""
    if field.default is not dataclasses.MISSING:
        value = field.default
    else:
        assert field.default_factory is not dataclasses.MISSING
        value = field.default_factory()
    member = schema_of(declared).fields[field.name]
    return None if value is None else member._serialize(value, field.name, None)  # noqa: SLF001  # marshmallow's way
