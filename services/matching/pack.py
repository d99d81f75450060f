"""The `[matching]` table of a mission kind: how its pairs are scored, its timetables made, its agreements followed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from marshmallow import Schema, ValidationError, post_load, validate
from marshmallow import fields as wire

from matching.recommending.lists import ListRules
from matching.recommending.profiles import Item
from matching.recommending.weights import Partnerships, TextWeights, Weights
from matching.timetabling.model.objectives import Aim, check_order
from packs import loader
from packs.heads import PackError

Texts = Mapping[str, str]
PUBLISHED, PREVIEWED = "published", "previewed"
"""What becomes of a repair: it is published by itself, or waits until somebody has looked at it."""


@dataclass(frozen=True, kw_only=True)
class MatchingRules:
    """What matching takes from a mission kind."""

    scorer: str = "meaning"
    """A name in the entry-point group `caravan.scorers`."""
    weights: Weights = field(default_factory=Weights)
    lists: ListRules = field(default_factory=ListRules)
    timetable_cut_off: float = 0.3
    """The least score, 0 to 1, at which a recommended pair is given a meeting that nobody asked for."""
    aims: tuple[Aim, ...] = (Aim.GUARANTEE, Aim.VALUE, Aim.GAPS, Aim.TABLES)
    """What timetables strive for: each aim counts only among those that are best in the ones before."""
    time_limit_seconds: float = 20.0
    """How long the solver may look for a timetable."""
    repairs: str = PUBLISHED
    """What becomes of a repair after an incident."""
    request_expires_days: int = 14
    follow_up_months: tuple[int, ...] = (3, 6, 12)
    agreement_types: Mapping[str, Texts] = field(default_factory=dict)
    """What is usually signed: code -> its name by language; other kinds are shown as they were written."""


class _TextWeightsSchema(Schema):
    """Weights of what two texts mean, by their names in `domain.scores`; those left out keep their value."""

    sentences = wire.Float(validate=validate.Range(0))
    clauses = wire.Float(validate=validate.Range(0, 1))
    words = wire.Float(validate=validate.Range(0))
    back = wire.Float(validate=validate.Range(0))
    first = wire.Float(validate=validate.Range(0))
    neighbours = wire.Float(validate=validate.Range(0, 1))
    spelling = wire.Float(validate=validate.Range(0, 1))
    translation = wire.Float(validate=validate.Range(0, 1))

    @post_load
    def _made(self, values: dict[str, float], **_: Any) -> TextWeights:
        return TextWeights(**values)


class _WeightsSchema(Schema):
    """Weights by their names in `domain.scores`; those left out keep their value."""

    words = wire.Float(validate=validate.Range(0))
    letters = wire.Float(validate=validate.Range(0))
    meaning = wire.Float(validate=validate.Range(0))
    texts = wire.Nested(_TextWeightsSchema)
    partnership = wire.Float(validate=validate.Range(0, 1))
    best = wire.Float(validate=validate.Range(0, 1))
    mission = wire.Float(validate=validate.Range(0, 1))
    both_need = wire.Float(validate=validate.Range(0))
    activity = wire.Float(validate=validate.Range(0))
    activity_titles = wire.Float(validate=validate.Range(0))
    rival_likeness = wire.Float(validate=validate.Range(0))
    steepness = wire.Float(validate=validate.Range(0, min_inclusive=False))
    centre = wire.Float()
    cut_off = wire.Float(validate=validate.Range(0, 1))
    large = wire.Integer(strict=True, validate=validate.Range(0))
    unclear_cut_off = wire.Float(validate=validate.Range(0, 1))


class _PartnershipsSchema(Schema):
    """How types fit: need -> offer -> 0 to 1, and which way the money flows in each."""

    offers_by_need = wire.Dict(
        keys=wire.String(), values=wire.Dict(keys=wire.String(), values=wire.Float(validate=validate.Range(0, 1)))
    )
    sold = wire.List(wire.String())
    sought = wire.List(wire.String())
    shared = wire.List(wire.String())


class _ListsSchema(Schema):
    """How long lists are and how fair; guarantee and cap follow from the room in the lists where they are left out."""

    length = wire.Integer(strict=True, validate=validate.Range(1, 15))
    keep = wire.Integer(strict=True, validate=validate.Range(0, 15))
    guarantee = wire.Integer(strict=True, validate=validate.Range(1))
    cap = wire.Integer(strict=True, validate=validate.Range(1))


def _require_order(aims: list[Aim]) -> None:
    try:
        check_order(aims)
    except ValueError as error:
        raise ValidationError(str(error)) from error


class MatchingSchema(Schema):
    """The table as it stands in the file; what it leaves out keeps its default."""

    scorer = wire.String(validate=validate.Length(1))
    weights = wire.Nested(_WeightsSchema)
    partnerships = wire.Nested(_PartnershipsSchema)
    lists = wire.Nested(_ListsSchema)
    timetable_cut_off = wire.Float(validate=validate.Range(0, 1))
    aims = wire.List(wire.Enum(Aim, by_value=True), validate=_require_order)
    time_limit_seconds = wire.Float(validate=validate.Range(1, 300))
    repairs = wire.String(validate=validate.OneOf((PUBLISHED, PREVIEWED)))
    request_expires_days = wire.Integer(strict=True, validate=validate.Range(1))
    follow_up_months = wire.List(
        wire.Integer(strict=True, validate=validate.Range(1, 120)), validate=validate.Length(1)
    )
    agreement_types = wire.Dict(
        keys=wire.String(validate=validate.Regexp(r"[a-z][a-z0-9_]*\Z")),
        values=wire.Dict(keys=wire.String(), values=wire.String(validate=validate.Length(1))),
    )


def read_table(source: str, table: Mapping[str, Any]) -> MatchingRules:
    """Check the `[matching]` table of a mission kind.

    Raises:
        PackError: names the source and what is wrong.

    """
    try:
        read: dict[str, Any] = MatchingSchema().load(table)
    except ValidationError as error:
        raise PackError(source, f"[matching] {error.messages}") from error
    weights = replace(Weights(**read.pop("weights", {})), partnerships=_partnerships(read.pop("partnerships", {})))
    made = {name: _KINDS.get(name, _as_it_is)(value) for name, value in read.items()}
    return MatchingRules(weights=weights, **made)


@cache
def rules_of(packs_dir: str, kind: str) -> MatchingRules:
    """Return the rules of a mission kind; those of the standard kind where it has no pack."""
    pack = loader.load(packs_dir).mission_kind(kind)
    return read_table(pack.source, pack.table("matching"))


def activities(packs: loader.Packs, region: str, codes: Iterable[str]) -> tuple[Item, ...]:
    """Give what a region's organisation does as items: the titles of its codes, of those that have one."""
    titles = {code: packs.activity(region, code) for code in codes}
    return tuple(
        Item(id=f"{region} {code}", partnership_type="", texts=texts) for code, texts in titles.items() if texts
    )


def _partnerships(table: Mapping[str, Any]) -> Partnerships:
    made: dict[str, Any] = {
        name: frozenset(value) if isinstance(value, list) else value for name, value in table.items()
    }
    return Partnerships(**made)


def _as_it_is(value: Any) -> Any:
    return value


_KINDS: Mapping[str, Any] = {
    "aims": tuple,
    "follow_up_months": lambda months: tuple(sorted(set(months))),
    "lists": lambda rules: ListRules(**rules),
}
