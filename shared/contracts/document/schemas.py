"""JSON Schemas (2020-12) of events in their wire format: the CloudEvents envelope and the data."""

import dataclasses
from collections.abc import Mapping
from typing import Any, get_args, get_origin

from contracts.document import descriptions
from contracts.event import MAX_ATTRIBUTE_LENGTH, SPEC_VERSION, Event
from contracts.schema import json_schema, properties, schema_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

_ATTRIBUTES: Mapping[str, Schema] = {
    "specversion": {
        "type": "string",
        "const": SPEC_VERSION,
        "description": "Version of the CloudEvents specification.",
    },
    "id": {
        "type": "string",
        "format": "uuid",
        "description": "Id of the event, unique together with `source`; the same when an event is delivered "
        "again. A UUIDv7, which holds the time of writing.",
    },
    "source": {
        "type": "string",
        "pattern": "^/[a-z0-9-]+/[a-z0-9_-]+$",
        "description": "Publisher of the event: `/HOME/SERVICE`. HOME is the region of the aggregate in lower case; "
        "for aggregates of the instance itself its first region, or `instance` if it serves all regions.",
    },
    "type": {"type": "string", "description": "Event type with the major version of its contract."},
    "subject": {
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_ATTRIBUTE_LENGTH,
        "description": "Id of the aggregate whose state the event carries.",
    },
    "time": {
        "type": "string",
        "format": "date-time",
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})$",
        "description": "Time of the event.",
    },
    "datacontenttype": {"type": "string", "const": "application/json", "description": "Media type of `data`."},
    "dataschema": {"type": "string", "format": "uri", "description": "Identifier of the schema of `data`."},
    "subjectversion": {
        "type": "integer",
        "minimum": 1,
        "description": "Version of the aggregate `subject`, from 1. Store it with your copy, and ignore events with "
        "the same or a lower version.",
    },
    "mission": {"type": "string", "format": "uuid", "description": "Id of the mission that the event belongs to."},
    "traceparent": {
        "type": "string",
        "pattern": "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}",
        "description": "W3C trace context of the request or event that caused it.",
    },
    "causationid": {"type": "string", "format": "uuid", "description": "Id of the event that caused it."},
    "snapshot": {
        "type": "boolean",
        "const": True,
        "description": "Present if the event repeats the current state for readers that missed it: update your copy, "
        "but send no notifications and count nothing.",
    },
}
_ALWAYS = ("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "subjectversion")


def envelope_schema() -> Schema:
    """Return the schema of the envelope that all events share."""
    return {
        "title": "Envelope",
        "type": "object",
        "description": "CloudEvents 1.0, structured JSON. Ignore unknown attributes.",
        "properties": {name: dict(attribute) for name, attribute in _ATTRIBUTES.items()},
        "required": [*_ALWAYS, "data"],
    }


def event_specific_schema(event: type[Event]) -> Schema:
    """Return the schema of the parts of the envelope that are specific to one event."""
    mission = [prop.name for prop in properties(event) if prop.name == "mission_id" and not prop.nullable]
    return {
        "type": "object",
        "properties": {
            "type": {"type": "string", "const": event.type},
            "dataschema": {"type": "string", "const": f"urn:{event.type.replace('.', ':')}"},
            "data": data_schema(event),
        },
        "required": [*("mission" for _ in mission), "data"],
    }


def event_schema(event: type[Event]) -> Schema:
    """Return the complete, self-contained schema of an event."""
    specific, members = event_specific_schema(event), envelope_schema()["properties"]
    for name, schema in specific["properties"].items():
        members[name] = {"description": members[name]["description"], **schema} if name in members else schema
    return {
        "$schema": DIALECT,
        "$id": f"urn:{event.type.replace('.', ':')}:event",
        "title": event.type,
        "description": descriptions.event_description(event),
        "type": "object",
        "properties": members,
        "required": [*_ALWAYS, *specific["required"]],
        "x-publisher": event.publisher,
        "x-private": event.private,
    }


def data_schema(event: type[Event]) -> Schema:
    """Return the schema of the data of an event, with descriptions."""
    schema = json_schema(event)
    _add_descriptions(event, schema)
    return schema


def _add_descriptions(declared: type, schema: Schema) -> None:
    """Add descriptions and defaults to the schema of a dataclass and of the dataclasses nested in it."""
    schema["description"] = descriptions.class_description(declared)
    for prop, field in zip(properties(declared), dataclasses.fields(declared), strict=True):
        member = schema["properties"][prop.name]
        description = descriptions.property_description(declared, prop.name)
        if description:
            member["description"] = description
        if not prop.required:
            member["default"] = _default(declared, field)
        inner = get_args(prop.type)[0] if get_origin(prop.type) is tuple else prop.type
        if dataclasses.is_dataclass(inner):
            _add_descriptions(inner, _object_schema(member))  # type: ignore[arg-type]  # a class, not a value


def _object_schema(member: Schema) -> Schema:
    """Return the schema of the object in a property that holds an object, an optional object or a list of objects."""
    schema = member["anyOf"][0] if "anyOf" in member else member
    inner: Schema = schema.get("items", schema)
    return inner


def _default(declared: type, field: dataclasses.Field[Any]) -> Any:
    """Return the default of a property that older events lack, in its wire format."""
    if field.default is not dataclasses.MISSING:
        value = field.default
    else:
        assert field.default_factory is not dataclasses.MISSING
        value = field.default_factory()
    member = schema_of(declared).fields[field.name]
    return None if value is None else member._serialize(value, field.name, None)  # noqa: SLF001  # marshmallow has no public method for one field
