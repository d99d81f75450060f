"""What an organisation does, by the titles of its activity codes: a hint that an offer of its may be what is meant."""

from collections.abc import Callable

import numpy as np

from matching.recommending.matrix.evidence import ItemEvidence
from matching.recommending.matrix.organisations import OneSide, Shelf
from matching.recommending.matrix.word_similarity_matrix import Items, Likeness
from matching.recommending.recommendation import Direction
from matching.recommending.scoring.bm25 import Matrix
from matching.recommending.weights import Weights

LikenessOf = Callable[[Items, Weights], Likeness]


def hinted(
    found: ItemEvidence, guests: OneSide, hosts: OneSide, likeness_of: LikenessOf, weights: Weights
) -> ItemEvidence:
    """Raise what offers say to needs where the titles of their owner's codes say it, too.

    A title never adds to nothing: a category alone is no reason to meet.
    """
    if not weights.activity_titles:
        return found
    guest_hints = _hints(guests.needs, hosts.activities, likeness_of, weights, "guest_needs")
    host_hints = _hints(hosts.needs, guests.activities, likeness_of, weights, "host_needs")
    return ItemEvidence(
        found.guest_needs * (1 + weights.activity_titles * _by_item(guest_hints, hosts.offers)),
        found.host_needs * (1 + weights.activity_titles * _by_item(host_hints, guests.offers)),
        found.both_need,
    )


def _hints(needs: Shelf, activities: Shelf, likeness_of: LikenessOf, weights: Weights, direction: Direction) -> Matrix:
    """How well the best title of each organisation meets each need, from 0 to 1. Shape (needs, organisations)."""
    likeness = likeness_of([*needs.items, *activities.items], weights)
    return activities.best_of_each(likeness.evidence(needs.items, activities.items, direction)).clip(0, 1)


def _by_item(hints: Matrix, offers: Shelf) -> Matrix:
    """Repeat the column of each organisation for each of its offers."""
    return np.repeat(hints, [cut.stop - cut.start for cut in offers.slices], axis=1)
