"""Marshmallow and JSON schemas of events, generated from their dataclasses."""

import dataclasses
import types
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from marshmallow import EXCLUDE, Schema, fields, post_load

from contracts.data_classes import DataClass

_SCALARS: Mapping[type, tuple[type[fields.Field[Any]], dict[str, Any]]] = {
    str: (fields.String, {"type": "string"}),
    bool: (fields.Boolean, {"type": "boolean"}),
    int: (fields.Integer, {"type": "integer"}),
    float: (fields.Float, {"type": "number"}),
    UUID: (fields.UUID, {"type": "string", "format": "uuid"}),
    datetime: (fields.AwareDateTime, {"type": "string", "format": "date-time"}),
    date: (fields.Date, {"type": "string", "format": "date"}),
}


@dataclasses.dataclass(frozen=True)
class Property:
    """A property of an event dataclass; `type` is the type without None and without the data class."""

    name: str
    type: Any
    nullable: bool
    data_class: DataClass | None
    required: bool
    default: Any


def properties(declared: type) -> Iterator[Property]:
    """Yield the properties of a dataclass in order of declaration."""
    hints = get_type_hints(declared, include_extras=True)
    for field in dataclasses.fields(declared):
        hint, data_class = _unwrap(hints[field.name])
        bare, nullable = _without_none(hint)
        missing = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        yield Property(field.name, bare, nullable, data_class, missing, field.default)


_PERSONAL: dict[type, tuple[str, ...]] = {}


def personal_properties(declared: type) -> tuple[str, ...]:
    """Return the names of the personal properties of a dataclass and of the dataclasses nested in it."""
    if declared not in _PERSONAL:
        found: list[str] = []
        for prop in properties(declared):
            inner = get_args(prop.type)[0] if get_origin(prop.type) is tuple else prop.type
            found += [prop.name] if prop.data_class is DataClass.PERSON else []
            found += personal_properties(inner) if dataclasses.is_dataclass(inner) and isinstance(inner, type) else ()
        _PERSONAL[declared] = tuple(found)
    return _PERSONAL[declared]


_SCHEMAS: dict[type, Schema] = {}


def schema_of(declared: type) -> Schema:
    """Return the marshmallow schema that loads into `declared` and ignores unknown fields.

    Cached: building a schema takes four times as long as loading an event.
    """
    if declared not in _SCHEMAS:
        _SCHEMAS[declared] = _build_schema(declared)()
    return _SCHEMAS[declared]


def json_schema(declared: type) -> dict[str, Any]:
    """Return the JSON Schema 2020-12 of a dataclass; `x-data-class` holds the data class of a property."""
    members: dict[str, dict[str, Any]] = {}
    for prop in properties(declared):
        described = _type_schema(prop.type)
        members[prop.name] = {"anyOf": [described, {"type": "null"}]} if prop.nullable else described
        if prop.data_class:
            members[prop.name]["x-data-class"] = prop.data_class.value
    required = [prop.name for prop in properties(declared) if prop.required]
    return {"type": "object", "properties": members, "required": required}


def _build_schema(declared: type) -> type[Schema]:
    class Declared(Schema):
        class Meta:
            unknown = EXCLUDE

        @post_load
        def build(self, data: Any, **_: Any) -> Any:
            return declared(**data)

    members = {prop.name: _field(prop) for prop in properties(declared)}
    return type(f"{declared.__name__}Schema", (Declared,), members)


def _unwrap(hint: Any) -> tuple[Any, DataClass | None]:
    if get_origin(hint) is Annotated:
        return get_args(hint)[0], next((a for a in get_args(hint)[1:] if isinstance(a, DataClass)), None)
    return hint, None


def _without_none(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) in (Union, types.UnionType):
        (bare,) = (arg for arg in get_args(hint) if arg is not type(None))
        return bare, True
    return hint, False


def _field(prop: Property) -> fields.Field[Any]:
    options: dict[str, Any] = {"required": prop.required, "allow_none": prop.nullable}
    if not prop.required and prop.default is not dataclasses.MISSING:
        options["load_default"] = prop.default
    return _field_of(prop.type, options)


def _field_of(hint: Any, options: dict[str, Any]) -> fields.Field[Any]:
    if get_origin(hint) is tuple:
        return _Tuple(_field_of(get_args(hint)[0], {}), **options)
    if get_origin(hint) in (dict, Mapping):
        return fields.Dict(keys=fields.String(), values=_field_of(get_args(hint)[1], {}), **options)
    if dataclasses.is_dataclass(hint):
        return fields.Nested(schema_of(hint), **options)  # type: ignore[arg-type]  # a class, not a value
    if issubclass(hint, StrEnum):
        return fields.Enum(hint, by_value=True, **options)
    return _SCALARS[hint][0](**options)


class _Tuple(fields.List[Any]):
    """A list in JSON, a tuple in the event."""

    def _deserialize(self, *args: Any, **kwargs: Any) -> Any:
        return tuple(super()._deserialize(*args, **kwargs))


def _type_schema(hint: Any) -> dict[str, Any]:
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _type_schema(get_args(hint)[0])}
    if get_origin(hint) in (dict, Mapping):
        return {"type": "object", "additionalProperties": _type_schema(get_args(hint)[1])}
    if dataclasses.is_dataclass(hint):
        return json_schema(hint)  # type: ignore[arg-type]  # a class, not a value
    if issubclass(hint, StrEnum):
        return {"type": "string", "enum": [member.value for member in hint]}
    return dict(_SCALARS[hint][1])
