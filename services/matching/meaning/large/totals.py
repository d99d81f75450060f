"""Evidence of all candidates, in units of the whole mission, from the evidence of blocks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.domain.scores import Weights
from matching.lexical.evidence import summed
from matching.lexical.scale import STRANGERS, USUAL
from matching.lexical.vectors import Matrix
from matching.meaning.large.candidates import Chosen
from matching.meaning.large.rows import Mask, Places, Values


@dataclass(frozen=True)
class Standard:
    """What pairs usually have of one kind of evidence."""

    means: tuple[Matrix, Matrix]
    """What each guest and each host has in common with everybody."""
    best: tuple[Matrix, Matrix]

    def of(self, values: Values, pairs: Places, weights: Weights) -> Matrix:
        """Measure evidence in the unit, half of it above the means. Shape (pairs,)."""
        found: Matrix = np.asarray(weights.mission * values / USUAL, dtype=np.float64)
        for side in (0, 1):
            means, best = self.means[side][pairs[:, side]], self.best[side][pairs[:, side]]
            found = found + (1 - weights.mission) / 2 * (values - means) / np.maximum(best - means, USUAL)
        return np.asarray(found)


def standards(values: Values, chosen: Chosen, sizes: tuple[int, int]) -> list[Standard]:
    """Measure what pairs usually have, direction by direction.

    Args:
        values: shape (pairs, 3): evidence of candidates and of strangers.
        chosen: the pairs.
        sizes: how many guests and hosts there are.

    """
    return [_standard(values[:, k], chosen, sizes) for k in range(values.shape[1])]


def evidence(values: Values, pairs: Places, known: Sequence[Standard], closeness: Matrix, weights: Weights) -> Matrix:
    """Sum up the evidence of each pair, as `matching.lexical.evidence.pair_evidence` gives it. Shape (pairs,)."""
    return summed([one.of(values[:, k], pairs, weights) for k, one in enumerate(known)], closeness, weights)


def _standard(values: Values, chosen: Chosen, sizes: tuple[int, int]) -> Standard:
    """Do for candidates and strangers what `matching.lexical.scale.standardised` does for a matrix."""
    is_candidate = chosen.is_candidate
    best = [np.zeros(size) for size in sizes]
    for side in (0, 1):
        np.maximum.at(best[side], chosen.pairs[is_candidate, side], values[is_candidate])
    of_guests = _means(values, chosen.pairs[:, 0], is_candidate, sizes)
    of_hosts = _means(values, chosen.pairs[:, 1], is_candidate, sizes[::-1])
    return Standard((of_guests, of_hosts), (best[0], best[1]))


def _means(values: Values, ends: Places, is_candidate: Mask, sizes: tuple[int, int]) -> Matrix:
    """Give the mean of each row: its candidates as they are, all others like the strangers that it met."""
    size, others = sizes
    masks = is_candidate, ~is_candidate
    counts = [np.bincount(ends[mask], minlength=size) for mask in masks]
    sums = [np.bincount(ends[mask], values[mask], minlength=size) for mask in masks]
    usual = sums[1] / np.maximum(counts[1], 1)
    return np.asarray((sums[0] + (others - counts[0]) * usual) / (others + STRANGERS))
