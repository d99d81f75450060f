"""Sentences, words, n-grams.

How near the meanings of texts are, pair by pair: whole sentences and their clauses.

How alike the words of a mission are, and texts by their words.

What two texts have in common, pair by pair, as the scorer of small missions measures it on whole matrices.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from matching.recommending.embeddings.cache import Memory
from matching.recommending.embeddings.encoder import Vectors
from matching.recommending.matrix.item_similarity import NOTHING
from matching.recommending.matrix.word_alignment import word_vectors
from matching.recommending.recommendation import Direction
from matching.recommending.scoring.bm25 import Measure
from matching.recommending.scoring.features import ONE, Collection, Sentences
from matching.recommending.scoring.pairs import FOREIGN, Cells, Meetings, best_of, languages
from matching.recommending.scoring.sparse import Places, Rows, Values, distinct, dots, in_order
from matching.recommending.text.clauses import Term
from matching.recommending.text.word_similarity import Known, alike
from matching.recommending.weights import TextWeights, Weights

AT_ONCE = 512
"""Vectors that are laid out at once, in one and the same place: they stay near the processor."""
ROWS = 32
"""Of these, so many make a product: small ones are multiplied as they lie, larger ones are first copied."""


def senses(one: Sentences, other: Sentences, pairs: tuple[Places, Places], clauses: float, *, asks: bool) -> Values:
    """Do for pairs of readings what `matching.recommending.matrix.sentence_similarity` does for all.

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


Units = dict[Measure, float]


@dataclass(frozen=True)
class Measured:
    """Shape (meetings,) each: BM25, cosine of letters, and what the texts mean above texts with nothing in common."""

    words: Values
    letters: Values
    meaning: Values

    def evidence(self, met: Meetings, direction: Direction, names: list[str], units: Units, weights: Weights) -> Values:
        """Sum up in units of the mission, as `matrix.item_similarity.ItemLikeness` does. Shape (meetings,)."""
        found = np.zeros(len(met))
        for number in languages(met):
            some, language = met.language == number, "" if number == FOREIGN else names[number]
            words, letters, meant = (
                getattr(self, kind)[some] / units.get(Measure(direction, language, kind), 1.0)
                for kind in ("words", "letters", "meaning")
            )
            spelled = (1 - weights.words_share) * letters + weights.words_share * words
            share = 1.0 if number == FOREIGN else weights.meaning_share
            found[some] = (1 - weights.meaning_share) * spelled + share * meant
        return found


def measured(
    sides: tuple[Collection, Collection], found: Cells, met: Meetings, alike: Values, weights: Weights
) -> Measured:
    """Measure the readings of cells.

    Args:
        sides: whose needs, and whose offers (or needs that answer them).
        found: pairs of items.
        met: their readings.
        alike: shape (meetings,): how alike their words are.
        weights: how to score.

    """
    asked, given = sides
    words, letters = np.zeros(len(met), dtype=np.float32), np.zeros(len(met), dtype=np.float32)
    home = np.flatnonzero(met.language != FOREIGN)
    words[home] = products(met.need[home], met.offer[home], asked.rows.asked, given.rows.given)
    letters[home] = products(met.need[home], met.offer[home], asked.rows.grams, given.rows.grams)
    away = np.flatnonzero(met.language == FOREIGN)
    items = found.need[met.cell[away]], found.offer[met.cell[away]]
    letters[away] = products(*items, asked.rows.latin, given.rows.latin)
    return Measured(words, letters, meaning(sides, (met.need, met.offer), alike, weights.texts))


def meaning(
    sides: tuple[Collection, Collection], ends: tuple[Places, Places], alike: Values, texts: TextWeights
) -> Values:
    """Say what needs and offers mean in common, above texts with nothing in common. Shape (pairs,)."""
    found = texts.words * alike
    if texts.sentences:
        few = _fewer(*ends)
        pairs = ends[few], ends[1 - few]
        one, other = sides[few].sentences, sides[1 - few].sentences
        found = found + texts.sentences * senses(one, other, pairs, texts.clauses, asks=few == 0)
    return np.asarray(np.maximum(found - NOTHING, 0), dtype=np.float32)


def products(one: Places, other: Places, rows: Rows, others: Rows) -> Values:
    """Multiply rows with others, pair by pair; those of which there are fewer are laid out dense."""
    if _fewer(one, other) == 0:
        return dots(one, other, lambda some: _dense(rows[some], others.shape[1]), others)
    return dots(other, one, lambda some: _dense(others[some], rows.shape[1]), rows)


def _dense(rows: Rows, width: int) -> Values:
    """Lay out rows, with as many columns as those that they are multiplied with: further ones stand for nothing."""
    found = np.zeros((rows.shape[0], width), dtype=np.float32)
    known = min(rows.shape[1], width)
    found[:, :known] = rows.toarray()[:, :known]
    return found


def by_cell(values: Values, met: Meetings, count: int) -> Values:
    """The best language of each cell. Shape (count,)."""
    return best_of(values, met.cell, count)


def _fewer(one: Places, other: Places) -> int:
    return int(len(distinct(one)[0]) > len(distinct(other)[0]))
