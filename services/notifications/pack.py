"""What region packs say to notifications: where a region's clock hangs."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from packs.loader import load
from packs.models import PackError, RegionPack


class RegionTableSchema(Schema):
    """The table `[notifications]` of a region."""

    class Meta:
        """A newer pack may hold more."""

        unknown = EXCLUDE

    zone_label = fields.Dict(
        keys=fields.String(), values=fields.String(validate=validate.Length(1, 80)), load_default=dict
    )


@dataclass(frozen=True, kw_only=True)
class RegionTable:
    """How letters name the place of a region's clock, by language: «в Красноярске», "in Krasnoyarsk"."""

    timezone: str
    zone_label: Mapping[str, str]


def region_table(pack: RegionPack) -> RegionTable:
    """Read the table of one region.

    Raises:
        PackError: it cannot be used.

    """
    try:
        table: dict[str, Any] = RegionTableSchema().load(pack.table("notifications"))
    except ValidationError as error:
        raise PackError(pack.source, f"[notifications] {error.messages}") from error
    return RegionTable(timezone=pack.timezone, zone_label=table["zone_label"])


@cache
def regions(folder: str = "") -> Mapping[str, RegionTable]:
    """Return the tables of all regions by their code; `folder` is the operator's own, empty for none."""
    return {code: region_table(pack) for code, pack in load(folder).regions.items()}
