"""The head of a pack: what every service may need to know of a region or of a kind of mission."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from zoneinfo import available_timezones

from marshmallow import INCLUDE, Schema, ValidationError, fields, validate

Texts = Mapping[str, str]
"""A text in several languages: language code -> text."""


class PackError(Exception):
    """A pack cannot be used; the message names the file and the cause."""

    def __init__(self, source: str, cause: str) -> None:
        super().__init__(f"{source}: {cause}")


@dataclass(frozen=True, kw_only=True)
class Pack:
    """What all packs have: an id, names, and the tables of the services."""

    id: str
    names: Texts
    source: str
    tables: Mapping[str, Any] = field(default_factory=dict)

    def table(self, service: str) -> Mapping[str, Any]:
        """Return the table of a service, empty where the pack has none for it."""
        found: Mapping[str, Any] = self.tables.get(service, {})
        return found


@dataclass(frozen=True, kw_only=True)
class RegionPack(Pack):
    """A region; its id is its ISO 3166-2 code."""

    timezone: str
    """IANA name."""
    languages: tuple[str, ...]
    currency: str
    """ISO 4217."""
    classifiers: tuple[str, ...] = ("nace2",)
    """What its organisations' activity codes are of; a language that the first lacks is taken from the next."""
    cases: Mapping[str, Texts] = field(default_factory=dict)
    """Language -> grammatical case -> the name in that case, for texts that bend it."""


@dataclass(frozen=True, kw_only=True)
class MissionKind(Pack):
    """A kind of mission: who meets whom, and by which rules where a mission sets none."""

    sides: tuple[str, ...]
    descriptions: Texts = field(default_factory=dict)
    """When to choose it, for whoever plans a mission."""
    rules: Mapping[str, int] = field(default_factory=dict)


class _HeadSchema(Schema):
    """Reads a head and leaves every table that it does not know to its service."""

    class Meta:
        unknown = INCLUDE

    made: ClassVar[type[RegionPack | MissionKind]]

    names = fields.Dict(keys=fields.String(), values=fields.String(validate=validate.Length(1)), required=True)


class _RegionSchema(_HeadSchema):
    made = RegionPack

    id = fields.String(required=True, validate=validate.Regexp(r"[A-Z]{2}-[A-Z0-9]{1,3}\Z"))
    timezone = fields.String(required=True, validate=validate.OneOf(available_timezones(), error="is no IANA zone"))
    languages = fields.List(fields.String(), required=True, validate=validate.Length(1))
    currency = fields.String(required=True, validate=validate.Regexp(r"[A-Z]{3}\Z"))
    classifiers = fields.List(fields.String(), validate=validate.Length(1))
    cases = fields.Dict(keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.String()))


class _MissionKindSchema(_HeadSchema):
    made = MissionKind

    id = fields.String(required=True, validate=validate.Regexp(r"[a-z][a-z0-9-]*\Z"))
    sides = fields.List(fields.String(), required=True, validate=validate.Length(2, 2))
    descriptions = fields.Dict(keys=fields.String(), values=fields.String(validate=validate.Length(1)))
    rules = fields.Dict(keys=fields.String(), values=fields.Integer(strict=True, validate=validate.Range(1)))


_HEADS: Mapping[str, type[_HeadSchema]] = {"region": _RegionSchema, "mission_kind": _MissionKindSchema}


def read_head(source: str, raw: Mapping[str, Any]) -> RegionPack | MissionKind:
    """Check the head of a pack that was read from `source`.

    Raises:
        PackError: the head is incomplete, or does not say what it is the head of.

    """
    schema = _HEADS.get(str(raw.get("pack")))
    if schema is None:
        raise PackError(source, f"`pack` must be one of {', '.join(_HEADS)}")
    reader = schema()
    try:
        read = reader.load({name: value for name, value in raw.items() if name != "pack"})
    except ValidationError as error:
        raise PackError(source, str(error.messages)) from error
    head: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in read.items()}
    tables = {name: head.pop(name) for name in set(head) - set(reader.fields)}
    return schema.made(**head, source=source, tables=tables)
