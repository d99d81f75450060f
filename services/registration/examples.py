"""Examples of what companies of an industry offer and need, for the form of the application."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from contracts.registration import Texts

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
