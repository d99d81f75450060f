"""Examples by industry, number check.

Examples of what companies of an industry offer and need, for the form of the application.

Whether the number that somebody types can be that of a company, before anything is saved.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy.orm import Session

from contracts.registration import Texts
from registration import pack
from registration.company_ids import Numbers
from registration.pages.applying import forms
from servicekit.problems import InvalidInputError

FILE = "examples.toml"
_LINES = ("offer", "need")


@dataclass(frozen=True, kw_only=True)
class Example:
    """One offer and one need of an industry: divisions of NACE Rev. 2, from the first to the last."""

    first: int
    last: int
    offer: Texts
    need: Texts


def of_activities(codes: Sequence[str]) -> Example | None:
    """Return the example of the first activity code that has one; ОКВЭД 2 has the divisions of NACE Rev. 2."""
    divisions = (int(code[:2]) for code in codes if code[:2].isdecimal())
    found = (one for division in divisions for one in all_of_them() if one.first <= division <= one.last)
    return next(found, None)


@cache
def all_of_them() -> Sequence[Example]:
    """Read the examples that come with the service."""
    read = tomllib.loads(files("registration").joinpath(FILE).read_text(encoding="utf-8"))
    return [_example(raw) for raw in read["examples"]]


def _example(raw: Mapping[str, Any]) -> Example:
    first, last = map(int, raw["divisions"])
    offer, need = (dict(raw[name]) for name in _LINES)
    return Example(first=first, last=last, offer=offer, need=need)


def checked(session: Session, region: str, number: str, legal_form: str) -> tuple[Numbers, str]:
    """Return an INN as its region writes it, and what is wrong with it in the reader's language: empty for nothing."""
    rules = pack.region_rules(session, region[:8])
    given = Numbers(inn=number or None, of_person=rules.is_of_person(legal_form[:64]))
    try:
        return rules.numbers_scheme(given), ""
    except InvalidInputError as error:
        return replace(given, inn=None), forms.errors_of(error).get("inn", "")


def lacking(session: Session, region: str, number: str) -> bool:
    """Tell whether a company of a region, where its numbers follow a scheme, was given none."""
    return bool(pack.region_rules(session, region[:8]).company_id) and not number.strip()
