"""How often organisations are shown to others, and why some are shown nowhere."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from matching.domain.lists import gini

BARS = 12
"""Bars of a histogram at most."""


class Nowhere(StrEnum):
    """Why an organisation is in nobody's list; the first that holds."""

    NO_PROFILE = "no_profile"
    """Nobody knows what it offers and needs."""
    SET_ASIDE = "set_aside"
    """Whoever fits has set it aside, or the two know each other."""
    ALREADY_MET = "already_met"
    """It has met somebody of this mission in another one, and no one else fits."""
    AVOIDED = "avoid_list"
    """An avoid-list rules somebody out, and no one else fits."""
    NOTHING_FITS = "nothing_fits"
    """No pair reaches the cut-off."""


@dataclass(frozen=True, kw_only=True)
class Exposed:
    """An organisation, in how many lists of others it is, how long its own is, and why it is in none."""

    organisation_id: UUID
    side: str
    shown: int
    listed: int
    why: Nowhere | None = None


@dataclass(frozen=True, kw_only=True)
class Bar:
    """How many organisations are in so many lists, from `least` to `most`."""

    least: int
    most: int
    organisations: int


@dataclass(frozen=True, kw_only=True)
class Distribution:
    """How the lists of one side share out the organisations of the other; the mean is in lists."""

    organisations: int
    nowhere: int
    least: int
    most: int
    mean: float
    gini: float
    """From 0, all alike, towards 1, one is in every list."""
    bars: tuple[Bar, ...]


def distribution(counts: Sequence[int]) -> Distribution:
    """Describe in how many lists organisations are."""
    return Distribution(
        organisations=len(counts),
        nowhere=sum(not count for count in counts),
        least=min(counts, default=0),
        most=max(counts, default=0),
        mean=sum(counts) / max(1, len(counts)),
        gini=gini(counts),
        bars=tuple(_bars(counts)),
    )


def _bars(counts: Sequence[int]) -> Iterable[Bar]:
    """Group counts: who is nowhere stands alone, the rest in ranges of one width."""
    if not counts:
        return
    by_count = Counter(counts)
    width = max(1, -(-max(counts) // (BARS - 1)))
    yield Bar(least=0, most=0, organisations=by_count[0])
    for least in range(1, max(counts) + 1, width):
        inside = range(least, least + width)
        yield Bar(least=least, most=inside[-1], organisations=sum(by_count[count] for count in inside))
