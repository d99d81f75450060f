"""What an organisation offers and needs, as the scoring of pairs sees it."""

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
