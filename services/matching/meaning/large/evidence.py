"""Evidence of items, and of organisations from that of their items."""

import numpy as np

from matching.domain.recommendations import Direction
from matching.domain.scores import Weights
from matching.lexical.vectors import Matrix
from matching.meaning.large.cells import DIRECTIONS, Cells
from matching.meaning.large.collection import Collection
from matching.meaning.large.rows import Places, Values


def fitting(
    found: Cells, values: Values, direction: Direction, sides: tuple[Collection, Collection], weights: Weights
) -> Values:
    """Keep of the evidence of cells what their partnership types let stand."""
    needy, giver = (sides[side] for side in _sides(direction))
    one, other = needy.types[found.need], giver.types[found.offer]
    kinds = [str(kind) for kind in needy.kinds.known]
    shares = [[_share(need, offer, direction, weights) for offer in kinds] for need in kinds]
    table = np.array(shares, dtype=np.float32).reshape(len(kinds), len(kinds))
    return values * table[one, other]


def pooled(found: Cells, values: Values, count: int, direction: Direction, weights: Weights) -> Matrix:
    """Evidence of pairs: the best offer for each need; of the needs mostly the best met. Shape (pairs,)."""
    pooled_ = np.zeros(count)
    if not len(found):
        return pooled_
    starts = runs(found)
    met = np.maximum.reduceat(values, starts).astype(np.float64)
    pair = found.pair[starts]
    firsts = np.flatnonzero(np.diff(pair, prepend=-1))
    best = np.maximum.reduceat(met, firsts)
    if direction != "both_need":
        means = np.add.reduceat(met, firsts) / np.diff(np.append(firsts, len(pair)))
        best = weights.best * best + (1 - weights.best) * means
    pooled_[pair[firsts]] = best
    return pooled_


def runs(found: Cells) -> Places:
    """Where the offers for each need of each pair begin."""
    is_new = (np.diff(found.pair, prepend=-1) != 0) | (np.diff(found.need, prepend=-1) != 0)
    return np.flatnonzero(is_new)


def _sides(direction: Direction) -> tuple[int, int]:
    (needy, _), (giver, _) = DIRECTIONS[direction]
    return needy, giver


def _share(need: str, offer: str, direction: Direction, weights: Weights) -> float:
    if direction == "both_need":
        return float(weights.partnerships.answer_each_other(need, offer))
    return 1 - weights.partnership + weights.partnership * weights.partnerships.fit(need, offer)
