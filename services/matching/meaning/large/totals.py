"""Evidence of all candidates, in units of the whole mission, from the evidence of blocks."""

from collections.abc import Sequence

import numpy as np

from matching.domain.scores import Weights
from matching.lexical.evidence import LEAST_EVIDENCE, summed
from matching.lexical.scale import STRANGERS
from matching.lexical.vectors import Matrix
from matching.meaning.large.blocks import Block
from matching.meaning.large.shelves import Places


def evidence(blocks: Sequence[Block], pairs: Places, sizes: tuple[int, int], weights: Weights) -> Matrix:
    """Sum up the evidence of each pair; minus infinity for those who never meet.

    Args:
        blocks: those of all guests, in order.
        pairs: shape (pairs, 2), all candidates, in order.
        sizes: how many guests and hosts there are.
        weights: how to score.

    Returns: shape (pairs,), as `matching.lexical.evidence.pair_evidence` gives it.

    """
    if not len(pairs):
        return np.zeros(0)
    values = np.concatenate([block.evidence for block in blocks])
    hosts = np.zeros((sizes[1], values.shape[1] + 1))
    for block in blocks:
        hosts[block.columns] += block.hosts
    strangers = np.concatenate([block.guests for block in blocks]), hosts
    standard = [_standardised(values[:, k], pairs, [told[:, [k, -1]] for told in strangers], weights) for k in range(3)]
    found = summed(standard, np.concatenate([block.closeness for block in blocks]), weights)
    found[np.concatenate([block.is_forbidden for block in blocks]) > 0] = -np.inf
    return found


def _standardised(values: Matrix, pairs: Places, strangers: Sequence[Matrix], weights: Weights) -> Matrix:
    """Do for candidates what `matching.lexical.scale.standardised` does for a matrix."""
    sizes = [len(told) for told in strangers]
    best = [np.zeros(size) for size in sizes]
    for side in (0, 1):
        np.maximum.at(best[side], pairs[:, side], values)
    one = max(float(np.median(np.concatenate(best))), LEAST_EVIDENCE)
    found = weights.mission * values / one
    for side, other in ((0, 1), (1, 0)):
        means = _means(values, pairs[:, side], strangers[side], sizes[other])
        above = (values - means[pairs[:, side]]) / np.maximum(best[side] - means, one)[pairs[:, side]]
        found = found + (1 - weights.mission) / 2 * above
    return np.asarray(found)


def _means(values: Matrix, ends: Places, strangers: Matrix, others: int) -> Matrix:
    """Give the mean of each row: its candidates as they are, all others like the strangers that it met."""
    size = len(strangers)
    candidates = np.bincount(ends, minlength=size)
    usual = strangers[:, 0] / np.maximum(strangers[:, 1], 1)
    return np.asarray(
        (np.bincount(ends, values, minlength=size) + (others - candidates) * usual) / (others + STRANGERS)
    )
