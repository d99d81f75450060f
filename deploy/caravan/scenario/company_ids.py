"""Check company numbers by the rules of the region's pack.

The pack names a check in the entry-point group `caravan.company_ids`. If the pack or the check is
not installed here, nothing is checked, and the platform decides when the file is loaded.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.metadata import entry_points
from types import SimpleNamespace
from typing import Any

from caravan.scenario.errors import Fault
from caravan.scenario.values import text
from packs import loader
from servicekit.problems import InvalidInputError

GROUP = "caravan.company_ids"
Check = Callable[[Any], object]
NUMBERS = ("inn", "ogrn", "ogrnip", "tax_id")


def faults(document: dict[str, Any]) -> Iterator[Fault]:
    """Yield every company number that is invalid."""
    regions = loader.load(os.environ.get("CARAVAN_PACKS_DIR", "")).regions
    for number, row in enumerate(document["organisations"]):
        pack = regions.get(row["region"])
        rules = pack.table("registration") if pack else {}
        check = _load_check(rules.get("company_id", ""))
        if check is not None:
            facts = {name: row.get(name) or None for name in NUMBERS}
            facts["of_person"] = _is_sole_trader(rules, text(row, "legal_form", document["language"]))
            yield from _run_check(f"/organisations/{number}", facts, check)


@cache
def _load_check(name: str) -> Check | None:
    for point in entry_points(group=GROUP, name=name):
        found: Check = point.load()
        return found
    return None


def _is_sole_trader(rules: Mapping[str, Any], legal_form: str) -> bool | None:
    """Return whether a legal form is that of a sole trader; None if the pack does not say."""
    if legal_form in rules.get("sole_trader_forms", ()):
        return True
    return False if legal_form in rules.get("company_forms", ()) else None


def _run_check(pointer: str, facts: dict[str, Any], check: Check) -> Iterator[Fault]:
    try:
        check(SimpleNamespace(**facts))
    except InvalidInputError as error:
        for one in error.errors:
            yield Fault(pointer + one.pointer.removeprefix("#"), one.detail % (one.facts or {}))
