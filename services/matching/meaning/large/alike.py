"""How alike the words of a mission are, and texts by their words."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from matching.domain.scores import TextWeights
from matching.meaning.large.rows import Places, Rows, Values, dots
from matching.meaning.large.threads import in_order
from matching.meaning.memory import Memory
from matching.meaning.texts import Term
from matching.meaning.vocabulary import Known, alike
from matching.meaning.word_likeness import word_vectors

CELLS = 1_000_000
"""Pairs of words that are compared at once by a thread: 4 MB, and as much again some times on the way."""


class WordTable:
    """Likeness of every two words; most have none, so that few numbers are kept."""

    def __init__(self, terms: Sequence[Term], weights: TextWeights, memory: Memory) -> None:
        self._known = Known(terms, word_vectors(terms, memory))
        self._weights, self._memory = weights, memory
        self._terms = terms

    def alike(self, terms: Sequence[Term]) -> Values:
        """Compare words with all of the mission. Shape (words, words of the mission)."""
        return alike(terms, self._known, word_vectors(terms, self._memory), self._weights)

    def whole(self) -> Rows:
        """Compare all words with one another."""
        known, size = self._known, len(self._terms)
        step = max(1, CELLS // max(size, 1))
        assert known.vectors is not None
        vectors = known.vectors

        def compare(start: int) -> Rows:
            some = slice(start, start + step)
            found = Rows(alike(self._terms[some], known, vectors[some], self._weights))
            return Rows((found.data, found.indices.astype(np.int32), found.indptr), shape=found.shape)

        parts = list(in_order(compare, range(0, size, step)))
        counts = np.concatenate([np.zeros(1, dtype=np.int64), *(np.diff(part.indptr) for part in parts)])
        data, columns = np.zeros(counts.sum(), dtype=np.float32), np.zeros(counts.sum(), dtype=np.int32)
        end = 0
        for part in parts:
            some = slice(end, end := end + part.nnz)
            data[some], columns[some] = part.data, part.indices
        return Rows((data, columns, np.cumsum(counts).astype(np.int32)), shape=(size, size))


@dataclass(frozen=True)
class Words:
    """Words of readings, and how alike those of one collection are to those of another."""

    one: Rows
    """Shape (readings, words): what share each has in its text."""
    other: Rows
    table: Rows
    """Shape (words of one, words of the other)."""
    turned: Rows

    @classmethod
    def within(cls, shares: Rows, table: Rows) -> "Words":
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
        return (there + back * reverse) / (1 + back)


def _nearest(shares: Rows, table: Rows) -> Values:
    """For each word of the others, how alike the most alike one of each reading is. Shape (readings, words)."""
    terms, places = np.unique(shares.indices, return_inverse=True)
    rows = table[terms].toarray()
    found = np.zeros((shares.shape[0], table.shape[1]), dtype=np.float32)
    for place, (start, end) in enumerate(pairwise(shares.indptr.tolist())):
        if end > start:
            rows[places[start:end]].max(0, out=found[place])
    return found
