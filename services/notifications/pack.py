"""The table `[notifications]` of region packs: how to name a region's time zone in mails."""

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
        """Ignore unknown keys: a newer pack may have more."""

        unknown = EXCLUDE

    zone_label = fields.Dict(
        keys=fields.String(), values=fields.String(validate=validate.Length(1, 80)), load_default=dict
    )


@dataclass(frozen=True, kw_only=True)
class RegionTable:
    """A region's time zone and its label by language: «в Красноярске», "in Krasnoyarsk"."""

    timezone: str
    zone_label: Mapping[str, str]


def region_table(pack: RegionPack) -> RegionTable:
    """Read the table of one region.

    Raises:
        PackError: the table is invalid.

    """
    try:
        table: dict[str, Any] = RegionTableSchema().load(pack.table("notifications"))
    except ValidationError as error:
        raise PackError(pack.source, f"[notifications] {error.messages}") from error
    return RegionTable(timezone=pack.timezone, zone_label=table["zone_label"])


@cache
def region_tables(folder: str = "") -> Mapping[str, RegionTable]:
    """Return the tables of all regions by region code; `folder` holds the operator's own packs, empty for none."""
    return {code: region_table(pack) for code, pack in load(folder).regions.items()}
