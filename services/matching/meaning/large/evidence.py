"""Evidence of the pairs of a shortlist, item by item, one owner of needs after the other."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from matching.domain.scores import TextWeights, Weights
from matching.lexical.vectors import Matrix
from matching.meaning.encoder import Vectors
from matching.meaning.item_likeness import LEAST_MEANING, NOTHING
from matching.meaning.large.shelves import Arrays, Places
from matching.meaning.vocabulary import FLOOR

Fit = Callable[[str, str], float]


class Direction:
    """Needs of one side against what may meet them on the other."""

    def __init__(self, needs: Arrays, offers: Arrays, fit: Fit, weights: Weights) -> None:
        self._needs, self._offers, self._weights = needs, offers, weights
        self._table, self._rows, self._columns = _fits(needs.types, offers.types, fit)

    def evidence(self, pairs: Places) -> Matrix:
        """Say how well the needs of the first of each pair are met by the second.

        Args:
            pairs: shape (pairs, 2), ordered by the first.

        Returns: shape (pairs,): likeness of texts above that of texts with nothing in common.

        """
        found = np.zeros(len(pairs))
        ends = [0, *(np.flatnonzero(np.diff(pairs[:, 0])) + 1).tolist(), len(pairs)]
        for start, end in pairwise(ends) if len(pairs) else ():
            found[start:end] = self._owner(int(pairs[start, 0]), pairs[start:end, 1])
        return found

    def _owner(self, owner: int, partners: Places) -> Matrix:
        mine = np.arange(self._needs.starts[owner], self._needs.starts[owner + 1])
        begins, ends = self._offers.starts[partners], self._offers.starts[partners + 1]
        counts = ends - begins
        first = np.cumsum(counts) - counts
        theirs = np.repeat(begins - first, counts) + np.arange(counts.sum())
        found = np.zeros(len(partners))
        giving = counts > 0
        if not len(mine) or not giving.any():
            return found
        met = np.maximum.reduceat(self._items(mine, theirs), first[giving], axis=1)
        best = self._weights.best
        found[giving] = best * met.max(0) + (1 - best) * met.mean(0)
        return found

    def _items(self, mine: Places, theirs: Places) -> Vectors:
        """Compare items with items. Shape (mine, theirs)."""
        texts = self._weights.texts
        whole = texts.sentences * (self._needs.sentences[mine] @ self._offers.sentences[theirs].T)
        found = np.maximum(whole + texts.words * self._words(mine, theirs, texts) - NOTHING, 0)
        return np.asarray(found * self._table[np.ix_(self._rows[mine], self._columns[theirs])])

    def _words(self, mine: Places, theirs: Places, texts: TextWeights) -> Vectors:
        one, other = self._needs.words[mine], self._offers.words[theirs]
        (n, t, width), m = one.shape, len(other)
        alike = one.reshape(n * t, width) @ other.reshape(m * t, width).T
        alike = (np.maximum(alike, FLOOR, out=alike) - FLOOR).reshape(n, t, m, t)
        there = np.einsum("ntm,nt->nm", alike.max(3), self._needs.shares[mine])
        back = np.einsum("nmt,mt->nm", alike.max(1), self._offers.shares[theirs])
        return np.asarray((there + texts.back * back) / (1 + texts.back) / (1 - FLOOR))


def standardised(values: Matrix, pairs: Places, weights: Weights) -> Matrix:
    """Measure evidence in units of the mission's typical best match, as small missions do.

    Nearly all pairs that no shortlist has have no evidence, so that the mean of a row is taken as nothing.
    """
    rows, columns = np.zeros(int(pairs[:, 0].max(initial=-1)) + 1), np.zeros(int(pairs[:, 1].max(initial=-1)) + 1)
    np.maximum.at(rows, pairs[:, 0], values)
    np.maximum.at(columns, pairs[:, 1], values)
    one = max(float(np.median(np.concatenate([rows, columns]))), LEAST_MEANING) if len(values) else LEAST_MEANING
    above = values / np.maximum(rows, one)[pairs[:, 0]] + values / np.maximum(columns, one)[pairs[:, 1]]
    return np.asarray(weights.mission * values / one + (1 - weights.mission) / 2 * above)


def _fits(needs: tuple[str, ...], offers: tuple[str, ...], fit: Fit) -> tuple[Vectors, Places, Places]:
    """Tabulate how the types of needs and offers fit, and number them."""
    one, other = sorted(set(needs)), sorted(set(offers))
    table = np.array([[fit(a, b) for b in other] for a in one], dtype=np.float32).reshape(len(one), len(other))
    numbers = [{kind: number for number, kind in enumerate(kinds)} for kinds in (one, other)]
    rows, columns = ([known[kind] for kind in kinds] for known, kinds in zip(numbers, (needs, offers), strict=True))
    return table, np.array(rows, dtype=np.int64), np.array(columns, dtype=np.int64)
