"""How alike the words of a mission are, and texts by their words."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from matching.domain.scores import TextWeights
from matching.meaning.encoder import Vectors
from matching.meaning.large.rows import Places, Rows, Values, dots
from matching.meaning.large.threads import each
from matching.meaning.memory import Memory
from matching.meaning.texts import Term
from matching.meaning.vocabulary import Known, alike
from matching.meaning.word_likeness import word_vectors

CELLS = 1_000_000
"""Pairs of words that are compared at once by a thread: 4 MB, and as much again some times on the way."""
ONE = 65_535
"""What stands for 1 in tables of words: two bytes tell likenesses apart that differ by 0.00002."""

Table = NDArray[np.uint16]


class WordTable:
    """Likeness of every two words, as whole numbers."""

    def __init__(self, terms: Sequence[Term], weights: TextWeights, memory: Memory) -> None:
        self._known = Known(terms, word_vectors(terms, memory))
        self._weights, self._memory = weights, memory
        self._terms = terms

    def alike(self, terms: Sequence[Term]) -> Table:
        """Compare words with all of the mission. Shape (words, words of the mission)."""
        return self._compared(terms, word_vectors(terms, self._memory))

    def whole(self) -> Table:
        """Compare all words with one another."""
        size, vectors = len(self._terms), self._known.vectors
        assert vectors is not None
        found, step = np.zeros((size, size), dtype=np.uint16), max(1, CELLS // max(size, 1))

        def compare(start: int) -> None:
            some = slice(start, start + step)
            found[some] = self._compared(self._terms[some], vectors[some])

        each(compare, range(0, size, step))
        return found

    def _compared(self, terms: Sequence[Term], vectors: Vectors) -> Table:
        found = alike(terms, self._known, vectors, self._weights)
        found *= ONE
        return np.rint(found, out=found).astype(np.uint16)


@dataclass(frozen=True)
class Words:
    """Words of readings, and how alike those of one collection are to those of another."""

    one: Rows
    """Shape (readings, words): what share each has in its text."""
    other: Rows
    table: Table
    """Shape (words of one, words of the other)."""
    turned: Table

    @classmethod
    def within(cls, shares: Rows, table: Table) -> "Words":
        """Compare the readings of a mission with one another."""
        return cls(shares, shares, table, table)

    def alike(self, one: Places, other: Places, back: float, *, asks: bool) -> Values:
        """Say how much of each need's words an offer meets, and the reverse, from 0 to 1.

        Args:
            one: shape (pairs,): readings of the first collection.
            other: shape (pairs,): readings of the other one.
            back: weight of the reverse beside 1.
            asks: whether the first of each pair is the need, or the offer.

        """
        of_other = dots(one, other, lambda some: _nearest(self.one[some], self.table), self.other)
        of_one = dots(other, one, lambda some: _nearest(self.other[some], self.turned), self.one)
        there, reverse = (of_one, of_other) if asks else (of_other, of_one)
        return (there + back * reverse) / ((1 + back) * ONE)


def _nearest(shares: Rows, table: Table) -> Values:
    """For each word of the others, how alike the most alike one of each reading is. Shape (readings, words)."""
    found = np.zeros((shares.shape[0], table.shape[1]), dtype=np.uint16)
    for place, (start, end) in enumerate(pairwise(shares.indptr.tolist())):
        if end > start:
            table.take(shares.indices[start:end], axis=0).max(axis=0, out=found[place])
    return found.astype(np.float32)
