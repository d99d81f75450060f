"""Packs of regions and mission kinds: the properties that all services use, and their validation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from zoneinfo import available_timezones

from marshmallow import INCLUDE, Schema, ValidationError, fields, validate

Texts = Mapping[str, str]
"""A text in several languages: language code -> text."""


class PackError(Exception):
    """A pack is invalid; the message names the file and the cause."""

    def __init__(self, source: str, cause: str) -> None:
        super().__init__(f"{source}: {cause}")


@dataclass(frozen=True, kw_only=True)
class Pack:
    """The common properties of packs. `source` is the path of the file; `tables` are the tables of the services."""

    id: str
    names: Texts
    source: str
    tables: Mapping[str, Any] = field(default_factory=dict)

    def table(self, service: str) -> Mapping[str, Any]:
        """Return the table of a service; empty if the pack has none."""
        table: Mapping[str, Any] = self.tables.get(service, {})
        return table


@dataclass(frozen=True, kw_only=True)
class RegionPack(Pack):
    """A region; its id is its ISO 3166-2 code."""

    timezone: str
    """IANA time zone."""
    languages: tuple[str, ...]
    currency: str
    """ISO 4217 code."""
    classifiers: tuple[str, ...] = ("nace2",)
    """Classifiers of the activity codes of its organisations, by priority; a later one supplies missing languages."""
    cases: Mapping[str, Texts] = field(default_factory=dict)
    """Language -> grammatical case -> the name in that case, for languages that inflect names."""


@dataclass(frozen=True, kw_only=True)
class MissionKind(Pack):
    """A mission kind: the two sides, and the default rules of its missions."""

    sides: tuple[str, ...]
    descriptions: Texts = field(default_factory=dict)
    """When to choose this kind, for the planner of a mission; by language."""
    rules: Mapping[str, int] = field(default_factory=dict)


class _PackSchema(Schema):
    """Validates the common properties; unknown properties are the tables of services."""

    class Meta:
        unknown = INCLUDE

    pack_class: ClassVar[type[RegionPack | MissionKind]]

    names = fields.Dict(keys=fields.String(), values=fields.String(validate=validate.Length(1)), required=True)


class _RegionSchema(_PackSchema):
    pack_class = RegionPack

    id = fields.String(required=True, validate=validate.Regexp(r"[A-Z]{2}-[A-Z0-9]{1,3}\Z"))
    timezone = fields.String(
        required=True, validate=validate.OneOf(available_timezones(), error="not an IANA time zone")
    )
    languages = fields.List(fields.String(), required=True, validate=validate.Length(1))
    currency = fields.String(required=True, validate=validate.Regexp(r"[A-Z]{3}\Z"))
    classifiers = fields.List(fields.String(), validate=validate.Length(1))
    cases = fields.Dict(keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.String()))


class _MissionKindSchema(_PackSchema):
    pack_class = MissionKind

    id = fields.String(required=True, validate=validate.Regexp(r"[a-z][a-z0-9-]*\Z"))
    sides = fields.List(fields.String(), required=True, validate=validate.Length(2, 2))
    descriptions = fields.Dict(keys=fields.String(), values=fields.String(validate=validate.Length(1)))
    rules = fields.Dict(keys=fields.String(), values=fields.Integer(strict=True, validate=validate.Range(1)))


_SCHEMAS: Mapping[str, type[_PackSchema]] = {"region": _RegionSchema, "mission_kind": _MissionKindSchema}


def parse_pack(source: str, raw: Mapping[str, Any]) -> RegionPack | MissionKind:
    """Validate the content of a TOML file and return it as a pack; `source` is the path for error messages.

    Raises:
        PackError: a property is missing or invalid.

    """
    schema = _SCHEMAS.get(str(raw.get("pack")))
    if schema is None:
        raise PackError(source, f"`pack` must be one of {', '.join(_SCHEMAS)}")
    validator = schema()
    try:
        loaded = validator.load({name: value for name, value in raw.items() if name != "pack"})
    except ValidationError as error:
        raise PackError(source, str(error.messages)) from error
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in loaded.items()
    }
    tables = {name: values.pop(name) for name in set(values) - set(validator.fields)}
    return schema.pack_class(**values, source=source, tables=tables)
