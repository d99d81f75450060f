"""Blocks of guests with all their candidates, compared by the scorer of small missions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO

import numpy as np

from matching.domain.items import Profile
from matching.domain.recommendations import Reason
from matching.domain.scores import Weights
from matching.lexical.activity_titles import hinted
from matching.lexical.evidence import (
    ItemEvidence,
    forbidden,
    foreign_closeness,
    item_evidence,
    pooled_evidence,
)
from matching.lexical.explain import Explainer
from matching.lexical.index import ItemIndex
from matching.lexical.sides import OneSide, one_side
from matching.lexical.vectors import Matrix
from matching.meaning.item_likeness import ItemLikeness
from matching.meaning.large.shelves import Places
from matching.meaning.large.units import Measuring
from matching.meaning.memory import Memory

PANEL = 16
"""Hosts that every guest is compared with: they tell what it has in common with everybody."""
MEASURED = 400
"""Organisations whose best matches give the units of the mission; of a fifth of them, units were up to a fifth off."""
AT_ONCE = 20
"""Of these, so many are compared at once with all whom they suit."""
ITEMS_FOR_RARITY = 5_000
"""Items that say how rare a word or an n-gram is; one that none of them has is as rare as can be."""
MOST_READ = 5_000
"""Items whose readings are kept; beyond it all are read again: an item takes some ten kilobytes."""


@dataclass(frozen=True)
class Block:
    """What some guests and their candidates have to do with one another.

    Evidence has three columns: the guest's needs, the host's needs, needs that answer each other.
    """

    evidence: Matrix
    """Shape (pairs, 3)."""
    closeness: Matrix
    """Shape (pairs,): of activity codes, where there is no common language."""
    is_forbidden: Matrix
    """Shape (pairs,)."""
    guests: Matrix
    """Shape (guests, 4): evidence summed over hosts of the panel that are no candidates, and their number."""
    columns: Places
    """Which hosts were compared."""
    hosts: Matrix
    """Shape (columns, 4): evidence summed over guests whose candidate the host is not, and their number."""

    def stored(self) -> bytes:
        """Write the block."""
        file = BytesIO()
        np.savez_compressed(file, **vars(self))
        return file.getvalue()

    @classmethod
    def restored(cls, stored: bytes) -> "Block":
        """Read a block."""
        with np.load(BytesIO(stored)) as arrays:
            return cls(**arrays)


class Comparing:
    """Compares guests with hosts, named by their places among the profiles, which stand in the order of their ids."""

    def __init__(
        self, guests: Sequence[Profile], hosts: Sequence[Profile], pairs: Places, weights: Weights, memory: Memory
    ) -> None:
        self._guests, self._hosts, self._weights, self._memory = guests, hosts, weights, memory
        self._index = ItemIndex()
        self._likeness = self._likeness_of_mission()
        self._panel = spread(len(hosts), PANEL)
        self._measure(pairs)

    def block(self, rows: Places, pairs: Places) -> Block:
        """Compare guests with their candidates and with the panel.

        Args:
            rows: places of the guests.
            pairs: shape (pairs, 2), ordered: each of them with its candidates.

        """
        columns = np.union1d(pairs[:, 1], self._panel)
        one, other, found = self._items(rows, columns)
        values = np.stack(pooled_evidence(one, other, found, self._weights), axis=2)
        cells = np.searchsorted(rows, pairs[:, 0]), np.searchsorted(columns, pairs[:, 1])
        is_stranger = np.ones((len(rows), len(columns), 1))
        is_stranger[cells] = 0
        told = np.concatenate([values, np.ones_like(is_stranger)], axis=2) * is_stranger
        return Block(
            evidence=values[cells],
            closeness=foreign_closeness(one, other)[cells],
            is_forbidden=forbidden(one, other, self._likeness, self._weights)[cells],
            guests=told[:, np.isin(columns, self._panel)].sum(1),
            columns=columns,
            hosts=told.sum(0),
        )

    def reasons(self, pairs: Places, clear_only: Sequence[bool]) -> list[tuple[Reason, ...]]:
        """Give the reasons of each pair, none where no items carry it, or none clearly and clear ones are asked for."""
        rows, columns = np.unique(pairs[:, 0]), np.unique(pairs[:, 1])
        one, other, found = self._items(rows, columns)
        explainer = Explainer(one, other, found, self._likeness, self._weights)
        cells = zip(np.searchsorted(rows, pairs[:, 0]), np.searchsorted(columns, pairs[:, 1]), strict=True)
        asked = zip(cells, clear_only, strict=True)
        return [explainer.reasons(int(i), int(j), clear_only=clear) for (i, j), clear in asked]

    def _items(self, rows: Places, columns: Places) -> tuple[OneSide, OneSide, ItemEvidence]:
        chosen = [self._guests[i] for i in rows], [self._hosts[j] for j in columns]
        if len(self._index) > MOST_READ:
            self._index = ItemIndex()
        one, other = (one_side(side, self._index) for side in chosen)
        found = item_evidence(one, other, self._likeness, self._weights)
        likeness_of = partial(ItemLikeness, memory=self._memory)
        return one, other, hinted(found, one, other, likeness_of, self._weights)

    def _likeness_of_mission(self) -> ItemLikeness:
        items = [item for profile in (*self._guests, *self._hosts) for item in (*profile.needs, *profile.offers)]
        some = items[:: max(1, -(-len(items) // ITEMS_FOR_RARITY))]
        return ItemLikeness(ItemIndex().read_all(some), self._weights, self._memory)

    def _measure(self, pairs: Places) -> None:
        """Measure the units on some guests and their candidates, and on some hosts and theirs."""
        measuring = self._likeness.units = Measuring()
        share = MEASURED / (len(self._guests) + len(self._hosts))
        for rows in _cut(spread(len(self._guests), round(share * len(self._guests)) + 1)):
            self._items(rows, _partners(pairs, rows, 0))
        measuring.side = "host"
        for columns in _cut(spread(len(self._hosts), round(share * len(self._hosts)) + 1)):
            self._items(_partners(pairs, columns, 1), columns)
        self._likeness.units = measuring.known()


def spread(count: int, wanted: int) -> Places:
    """Choose places all over a list."""
    return np.unique(np.linspace(0, count - 1, min(count, wanted)).astype(np.int64))


def _cut(places: Places) -> Iterator[Places]:
    return (places[start : start + AT_ONCE] for start in range(0, len(places), AT_ONCE))


def _partners(pairs: Places, ends: Iterable[int], side: int) -> Places:
    return np.unique(pairs[np.isin(pairs[:, side], list(ends)), 1 - side])
