"""What registration reads from packs: its table of a region, its table of a kind of mission."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from marshmallow import INCLUDE, Schema, ValidationError, fields, post_load, validate
from sqlalchemy.orm import Session

from contracts.registration import Side, Texts
from packs import loader
from packs.models import MissionKind, Pack, PackError, RegionPack
from registration.company_ids import Scheme, any_text, scheme
from registration.models import Organisation
from servicekit.data import context

TABLE = "registration"


@dataclass(frozen=True, kw_only=True)
class ConsentText:
    """The words of a consent to one purpose, by language, and which version of them is in force."""

    version: str
    texts: Texts


@dataclass(frozen=True, kw_only=True)
class RegionRules:
    """How organisations of a region are known."""

    company_id: str = ""
    """Name of the scheme of company numbers; empty: any text will do."""
    sole_trader_forms: tuple[str, ...] = ()
    """Legal forms that make an organisation a person."""
    company_forms: tuple[str, ...] = ()
    """Legal forms that no person has; any other leaves it open."""
    consents: Mapping[str, ConsentText] = field(default_factory=dict)
    """Purpose -> the words in force: one document for each."""

    @property
    def numbers_scheme(self) -> Scheme:
        """What checks the numbers."""
        return scheme(self.company_id) if self.company_id else any_text

    def is_of_person(self, legal_form: str) -> bool | None:
        """Tell whether a legal form makes an organisation a person; None where it may or may not."""
        if legal_form in self.sole_trader_forms:
            return True
        return False if legal_form in self.company_forms else None


@dataclass(frozen=True, kw_only=True)
class KindRules:
    """What a kind of mission says where a mission says nothing."""

    places: Mapping[str, int] = field(default_factory=dict)
    """Places of each side; a side that is not named takes everyone."""
    partnership_types: Mapping[str, Texts] = field(default_factory=dict)
    """Kinds of co-operation and their names; others are shown as they were written."""


class ConsentTableSchema(Schema):
    """The table of one purpose: a version, and beside it the words by language: `ru`, `en`."""

    class Meta:
        """Languages are not known beforehand."""

        unknown = INCLUDE

    version = fields.String(required=True, validate=validate.Length(1, 32))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> ConsentText:
        """Make the text; each language holds words, and one language at least does."""
        version = data.pop("version")
        if not data or not all(isinstance(text, str) and text.strip() for text in data.values()):
            raise ValidationError("a consent has a version and its words by language")
        return ConsentText(version=version, texts={language: text.strip() for language, text in data.items()})


class RegionTableSchema(Schema):
    """The table `[registration]` of a region."""

    company_id = fields.String()
    sole_trader_forms = fields.List(fields.String())
    company_forms = fields.List(fields.String())
    consents = fields.Dict(
        keys=fields.String(validate=validate.Regexp(r"[a-z][a-z0-9_-]{0,31}\Z")),
        values=fields.Nested(ConsentTableSchema),
    )

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> RegionRules:
        """Make the rules."""
        persons, companies = tuple(data.pop("sole_trader_forms", ())), tuple(data.pop("company_forms", ()))
        return RegionRules(**data, sole_trader_forms=persons, company_forms=companies)


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


def mission_kinds(session: Session) -> Mapping[str, MissionKind]:
    """Return the kinds of mission that there are, by their ids."""
    return _packs(session).mission_kinds


def regions(session: Session) -> Mapping[str, RegionPack]:
    """Return the regions of which there is a pack, by their codes."""
    return _packs(session).regions


def mission_kind(session: Session, kind: str) -> MissionKind:
    """Return the pack of a kind of mission, the standard one where there is none."""
    return _packs(session).mission_kind(kind)


def region_rules(session: Session, code: str) -> RegionRules:
    """Return how organisations of a region are known; without a pack anything goes."""
    return rules_of_region(_packs(session).regions.get(code))


def kind_rules(session: Session, kind: str) -> KindRules:
    """Return the rules of a kind of mission, those of the standard one where it has no pack."""
    return rules_of_kind(mission_kind(session, kind))


def activities(session: Session, organisation: Organisation) -> list[tuple[str, Texts]]:
    """Return the activity codes that an organisation states, each with its titles by language."""
    packs = _packs(session)
    return [(code, dict(packs.activity(organisation.region, code))) for code in organisation.activity_codes]


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
