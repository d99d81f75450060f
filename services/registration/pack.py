"""What registration reads from packs: its table of a region, its table of a kind of mission."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from marshmallow import Schema, ValidationError, fields, post_load, validate
from sqlalchemy.orm import Session

from contracts.registration import Side, Texts
from packs import loader
from packs.heads import MissionKind, Pack, PackError, RegionPack
from registration.company_ids import Scheme, any_text, scheme
from servicekit import context

TABLE = "registration"


@dataclass(frozen=True, kw_only=True)
class RegionRules:
    """How organisations of a region are known."""

    company_id: str = ""
    """Name of the scheme of company numbers; empty: any text will do."""
    sole_trader_forms: tuple[str, ...] = ()
    """Legal forms that make an organisation a person."""

    @property
    def numbers_scheme(self) -> Scheme:
        """What checks the numbers."""
        return scheme(self.company_id) if self.company_id else any_text


@dataclass(frozen=True, kw_only=True)
class KindRules:
    """What a kind of mission says where a mission says nothing."""

    places: Mapping[str, int] = field(default_factory=dict)
    """Places of each side; a side that is not named takes everyone."""
    partnership_types: Mapping[str, Texts] = field(default_factory=dict)
    """Kinds of co-operation and their names; others are shown as they were written."""


class RegionTableSchema(Schema):
    """The table `[registration]` of a region."""

    company_id = fields.String()
    sole_trader_forms = fields.List(fields.String())

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> RegionRules:
        """Make the rules."""
        forms = tuple(data.pop("sole_trader_forms", ()))
        return RegionRules(**data, sole_trader_forms=forms)


class KindTableSchema(Schema):
    """The table `[registration]` of a kind of mission."""

    places = fields.Dict(keys=fields.Enum(Side, by_value=True), values=fields.Integer(validate=validate.Range(1)))
    partnership_types = fields.Dict(
        keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.String())
    )

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> KindRules:
        """Make the rules."""
        return KindRules(**data)


def region(session: Session, code: str) -> RegionPack | None:
    """Return the pack of a region, None where there is none."""
    return _packs(session).regions.get(code)


def mission_kind(session: Session, kind: str) -> MissionKind:
    """Return the pack of a kind of mission, the standard one where there is none."""
    return _packs(session).mission_kind(kind)


def region_rules(session: Session, code: str) -> RegionRules:
    """Return how organisations of a region are known; without a pack anything goes."""
    return rules_of_region(_packs(session).regions.get(code))


def kind_rules(session: Session, kind: str) -> KindRules:
    """Return the rules of a kind of mission, those of the standard one where it has no pack."""
    return rules_of_kind(mission_kind(session, kind))


def rules_of_region(pack: RegionPack | None) -> RegionRules:
    """Read and check the table of a region's pack.

    Raises:
        PackError: the table cannot be used.

    """
    return _read(RegionTableSchema, RegionRules, pack)


def rules_of_kind(pack: MissionKind | None) -> KindRules:
    """Read and check the table of a mission kind's pack.

    Raises:
        PackError: the table cannot be used.

    """
    return _read(KindTableSchema, KindRules, pack)


R = TypeVar("R", RegionRules, KindRules)


def _read(schema: type[Schema], rules: type[R], pack: Pack | None) -> R:
    if pack is None:
        return rules()
    try:
        read: R = schema().load(pack.table(TABLE))
    except ValidationError as error:
        raise PackError(pack.source, f"[{TABLE}] {error.messages}") from error
    return read


def _packs(session: Session) -> loader.Packs:
    return loader.load(context.of(session).settings.packs_dir)
