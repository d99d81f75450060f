"""Pairs of organisations taken apart into pairs of items, and those into pairs of readings."""

from dataclasses import dataclass

import numpy as np

from matching.recommending.recommendation import Direction
from matching.recommending.scoring.features import GUESTS, HOSTS, NEEDS, OFFERS, Collection
from matching.recommending.scoring.sparse import Mask, Places, Values

DIRECTIONS: dict[Direction, tuple[tuple[int, int], tuple[int, int]]] = {
    "guest_needs": ((GUESTS, NEEDS), (HOSTS, OFFERS)),
    "host_needs": ((HOSTS, NEEDS), (GUESTS, OFFERS)),
    "both_need": ((GUESTS, NEEDS), (HOSTS, NEEDS)),
}
"""Whose needs are met by what of whom."""
FOREIGN = -1
"""In place of a language: the two texts have none in common."""


@dataclass(frozen=True)
class Cells:
    """Needs and what may meet them, pair by pair of organisations, each need with each offer."""

    pair: Places
    need: Places
    offer: Places

    def __len__(self) -> int:
        """How many there are."""
        return len(self.pair)


@dataclass(frozen=True)
class Meetings:
    """Readings of the two items of each cell: in each common language, or without one the first of each."""

    cell: Places
    need: Places
    offer: Places
    language: Places

    def __len__(self) -> int:
        """How many there are."""
        return len(self.cell)

    def chosen(self, mask: Mask) -> "Meetings":
        """Keep some."""
        return Meetings(self.cell[mask], self.need[mask], self.offer[mask], self.language[mask])


def cells(pairs: Places, one: Collection, other: Collection, direction: Direction) -> Cells:
    """Lay out the items of pairs, shape (pairs, 2): a guest of the first collection, a host of the other one."""
    (needy, need), (giver, offer) = DIRECTIONS[direction]
    of_side = one, other
    asked, given = of_side[needy].layout.of(needy, need), of_side[giver].layout.of(giver, offer)
    return laid_out(pairs[:, [needy, giver]], asked, given)


def laid_out(pairs: Places, asked: Places, given: Places) -> Cells:
    """Lay out each item of the first of each pair with each of the second; where those of each owner begin is given."""
    owner, partner = pairs[:, 0], pairs[:, 1]
    counts = asked[owner + 1] - asked[owner], given[partner + 1] - given[partner]
    sizes = counts[0] * counts[1]
    pair = np.repeat(np.arange(len(pairs)), sizes)
    within = np.arange(len(pair)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    need, offer = np.divmod(within, np.maximum(counts[1][pair], 1))
    return Cells(pair, asked[owner][pair] + need, given[partner][pair] + offer)


def meetings(found: Cells, asked: Collection, given: Collection) -> Meetings:
    """Lay out the readings of cells, ordered by cell."""
    place = np.arange(len(found))
    parts: list[tuple[Places, Places, Places, Places]] = []
    is_foreign = np.ones(len(found), dtype=np.bool_)
    for language in range(min(len(asked.reading_in), len(given.reading_in))):
        need, offer = asked.reading_in[language][found.need], given.reading_in[language][found.offer]
        both = (need >= 0) & (offer >= 0)
        is_foreign &= ~both
        parts.append((place[both], need[both], offer[both], np.full(int(both.sum()), language)))
    need, offer = asked.first_reading[found.need[is_foreign]], given.first_reading[found.offer[is_foreign]]
    parts.append((place[is_foreign], need, offer, np.full(len(need), FOREIGN)))
    columns = [np.concatenate([part[k] for part in parts]) for k in range(4)]
    order = np.argsort(columns[0], kind="stable")
    return Meetings(*(column[order] for column in columns))


def languages(met: Meetings) -> list[int]:
    """The numbers of the languages that there are."""
    return (np.flatnonzero(np.bincount(met.language - FOREIGN)) + FOREIGN).tolist()


def best_of(values: Values, groups: Places, count: int) -> Values:
    """The greatest value of each group; 0 for an empty one. `groups` are in order."""
    found = np.zeros(count, dtype=values.dtype)
    if len(groups):
        starts = np.flatnonzero(np.diff(groups, prepend=-1))
        found[groups[starts]] = np.maximum.reduceat(values, starts)
    return found
