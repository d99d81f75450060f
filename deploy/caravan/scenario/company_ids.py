"""Check company numbers as the pack of an organisation's region asks, before anything is sent.

The check is found by its name in the entry-point group `caravan.company_ids`; where the pack or
the check is not installed here, the platform decides.
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
    """Every number that cannot be right."""
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
    """Tell whether a legal form is a person's, as far as the pack says."""
    if legal_form in rules.get("sole_trader_forms", ()):
        return True
    return False if legal_form in rules.get("company_forms", ()) else None


def _run_check(pointer: str, facts: dict[str, Any], check: Check) -> Iterator[Fault]:
    try:
        check(SimpleNamespace(**facts))
    except InvalidInputError as error:
        for one in error.errors:
            yield Fault(pointer + one.pointer.removeprefix("#"), one.detail % (one.facts or {}))
