"""Check company numbers as the pack of an organisation's region asks, before anything is sent.

The check is found by its name in the entry-point group `caravan.company_ids`; where the pack or
the check is not installed here, the platform decides.
"""

import os
from collections.abc import Callable, Iterator
from functools import cache
from importlib.metadata import entry_points
from types import SimpleNamespace
from typing import Any

from caravan.scenario.faults import Fault
from packs import loader
from servicekit.problems import InvalidInputError

GROUP = "caravan.company_ids"
NUMBERS = ("inn", "ogrn", "ogrnip", "tax_id")


def faults(document: dict[str, Any]) -> Iterator[Fault]:
    """Every number that cannot be right."""
    regions = loader.load(os.environ.get("CARAVAN_PACKS_DIR", "")).regions
    for number, row in enumerate(document["organisations"]):
        pack = regions.get(row["region"])
        check = _check(pack.table("registration").get("company_id", "")) if pack else None
        if check is not None:
            yield from _wrong(f"/organisations/{number}", row, check)


@cache
def _check(name: str) -> Callable[[Any], object] | None:
    for point in entry_points(group=GROUP, name=name):
        found: Callable[[Any], object] = point.load()
        return found
    return None


def _wrong(pointer: str, row: dict[str, Any], check: Callable[[Any], object]) -> Iterator[Fault]:
    try:
        check(SimpleNamespace(**{name: row.get(name) or None for name in NUMBERS}))
    except InvalidInputError as error:
        for one in error.errors:
            yield Fault(pointer + one.pointer.removeprefix("#"), one.detail % (one.facts or {}))
