"""One side of a mission: its profiles and their items in one fixed order, with the owner of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from matching.recommending.matrix.lexical_index import ItemIndex, ReadItem
from matching.recommending.profiles import Item, Profile
from matching.recommending.scoring.bm25 import Matrix


@dataclass(frozen=True)
class Shelf:
    """Items of all profiles of a side, one profile after the other; `slices[i]` are those of profile i."""

    items: tuple[ReadItem, ...]
    slices: tuple[slice, ...]

    @property
    def types(self) -> list[str]:
        """The partnership type of each item."""
        return [read.item.partnership_type for read in self.items]

    def best_of_each(self, matrix: Matrix) -> Matrix:
        """Greatest value of each row among the columns of each profile; 0 for a profile without items."""
        empty = np.zeros(len(matrix))
        columns = [matrix[:, cut].max(1) if cut.start < cut.stop else empty for cut in self.slices]
        return np.stack(columns, axis=1) if columns else np.zeros((len(matrix), 0))


@dataclass(frozen=True)
class OneSide:
    """Guests or hosts, ordered by id so that the order of the input changes nothing."""

    profiles: tuple[Profile, ...]
    needs: Shelf
    offers: Shelf
    activities: Shelf

    @property
    def languages(self) -> list[set[str]]:
        """The languages that each profile has texts in."""
        return [{code for item in (*p.needs, *p.offers) for code in item.texts} for p in self.profiles]


def one_side(profiles: Sequence[Profile], index: ItemIndex) -> OneSide:
    """Read the profiles of one side.

    Raises:
        ValueError: an organisation is there twice.

    """
    ordered = tuple(sorted(profiles, key=lambda profile: profile.organisation_id))
    if any(one.organisation_id == other.organisation_id for one, other in pairwise(ordered)):
        raise ValueError("an organisation has two profiles on one side")
    return OneSide(
        ordered,
        needs=_shelf((p.needs for p in ordered), index),
        offers=_shelf((p.offers for p in ordered), index),
        activities=_shelf((p.activities for p in ordered), index),
    )


def _shelf(items: Iterable[tuple[Item, ...]], index: ItemIndex) -> Shelf:
    shelves = [index.read_all(sorted(own, key=lambda item: item.id)) for own in items]
    ends = accumulate((len(shelf) for shelf in shelves), initial=0)
    slices = tuple(slice(start, end) for start, end in pairwise(ends))
    return Shelf(tuple(read for shelf in shelves for read in shelf), slices)
