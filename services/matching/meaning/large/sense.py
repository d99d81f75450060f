"""How near the meanings of texts are, pair by pair: whole sentences and their clauses."""

from collections.abc import Iterator

import numpy as np

from matching.meaning.encoder import Vectors
from matching.meaning.large.rows import Places, Values, distinct
from matching.meaning.large.sentences import ONE, Sentences

AT_ONCE = 512
"""Vectors that are laid out at once, in one and the same place: they stay near the processor."""
ROWS = 32
"""Of these, so many make a product: small ones are multiplied as they lie, larger ones are first copied."""


def senses(one: Sentences, other: Sentences, pairs: tuple[Places, Places], clauses: float, *, asks: bool) -> Values:
    """Do for pairs of readings what `matching.meaning.sense` does for all.

    Args:
        one: where the first of each pair stands; few of them, with many pairs each.
        other: where the second stands.
        pairs: which readings, shape (pairs,) each.
        clauses: share of the best clauses.
        asks: whether the first of each pair is the need, or the offer.

    """
    order = np.argsort(pairs[0], kind="stable")
    whose, starts = distinct(pairs[0])
    ends = [*starts.tolist(), len(order)]
    places, begins = other.parts(pairs[1][order])
    compare, room = _asking if asks else _answering, _Room(other, begins)
    found = np.zeros(len(order), dtype=np.float32)
    for number, reading in enumerate(whose.tolist()):
        left = one.of(reading) / np.float32(ONE**2)
        for begin, end in _pieces(begins, ends[number], ends[number + 1]):
            rows = begins[begin : end + 1]
            alike = room.products(places[rows[0] : rows[-1]], left)
            whole, parted = compare(alike, rows - rows[0])
            found[order[begin:end]] = (1 - clauses) * whole + clauses * parted
    return found


class _Room:
    """Where vectors are laid out, again and again."""

    def __init__(self, sentences: Sentences, begins: Places) -> None:
        self._vectors, width = sentences.vectors, sentences.vectors.shape[1]
        most = max(AT_ONCE, int(np.diff(begins).max(initial=0))) + ROWS
        self._short = np.zeros((most, width), dtype=np.int16)
        self._laid_out = np.zeros((most, width), dtype=np.float32)

    def products(self, places: Places, left: Vectors) -> Vectors:
        """Multiply the vectors of places with some others. Shape (places, others)."""
        count, width = len(places), self._short.shape[1]
        self._vectors.take(places, axis=0, out=self._short[:count], mode="clip")
        self._laid_out[:count] = self._short[:count]
        some = -(-count // ROWS) * ROWS
        found = self._laid_out[:some].reshape(-1, ROWS, width) @ left.T
        return np.asarray(found.reshape(some, len(left))[:count])


def _pieces(begins: Places, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut the pairs from one place up to another so that the vectors of each piece have room."""
    while start < end:
        last = int(np.searchsorted(begins, begins[start] + AT_ONCE, side="right")) - 1
        yield start, (start := min(max(last, start + 1), end))


def _asking(alike: Vectors, rows: Places) -> tuple[Values, Values]:
    """The left text is a need: each pair's whole, and the mean of its best clause and those of its clauses."""
    best = np.maximum.reduceat(alike, _both(rows), axis=0)
    return best[::2, 0], (best[1::2, 0] + best[1::2, 1:].mean(axis=1)) / 2


def _answering(alike: Vectors, rows: Places) -> tuple[Values, Values]:
    """The left text is an offer."""
    clause = alike[:, 1:].max(axis=1)
    means = np.add.reduceat(clause, _both(rows))[1::2] / (np.diff(rows) - 1)
    return alike[rows[:-1], 0], (clause[rows[:-1]] + means) / 2


def _both(rows: Places) -> Places:
    """Where whole texts and their clauses begin, in turn."""
    return np.stack([rows[:-1], rows[:-1] + 1], axis=1).ravel()
