"""Profile, Item, activity codes.

What an organisation offers and needs, as the scoring of pairs sees it.

Codes of economic activity (OKVED2, NACE, ISIC): all nest by their digits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Side = Literal["guest", "host"]


@dataclass(frozen=True, kw_only=True)
class Item:
    """One offer or one need: its partnership type and its text by language code, e.g. `{"ru": …, "en": …}`."""

    id: str
    partnership_type: str
    texts: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One organisation in a mission; `activity_codes` begin with the main one, `avoids` are not to be met.

    `activities` are those of the codes whose titles are known, as items of no partnership type.
    """

    organisation_id: UUID
    side: Side
    activity_codes: tuple[str, ...]
    offers: tuple[Item, ...]
    needs: tuple[Item, ...]
    avoids: frozenset[UUID] = frozenset()
    activities: tuple[Item, ...] = ()

    @property
    def main_activity(self) -> str:
        """The code of the main activity, or nothing where none is known."""
        return next(iter(self.activity_codes), "")

    def avoids_or_is_avoided_by(self, other: "Profile") -> bool:
        """Tell whether one of the two asked not to meet the other."""
        return other.organisation_id in self.avoids or self.organisation_id in other.avoids


CLASS_DIGITS = 4


def digits(code: str) -> str:
    """Keep the digits of a code: `31.09.1` is `31091`."""
    return "".join(sign for sign in code if sign.isdigit())


def is_same_class(one: str, other: str) -> bool:
    """Tell whether two codes share their four-digit class; a coarser code shares none."""
    a, b = digits(one)[:CLASS_DIGITS], digits(other)[:CLASS_DIGITS]
    return len(a) == CLASS_DIGITS and a == b


def closeness(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """Share of the four digits of the class that the two nearest codes have in common, from 0 to 1."""
    return max((_common(digits(a), digits(b)) for a in one for b in other), default=0) / CLASS_DIGITS


def _common(a: str, b: str) -> int:
    """Count the leading digits that two codes share; one digit alone says nothing."""
    count = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return min(count, CLASS_DIGITS) if count > 1 else 0
