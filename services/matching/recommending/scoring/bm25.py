"""BM25, rarity, n-gram cosine, units (what remains of the matrix scorer).

Term counts as matrices: how alike two lists of texts are by the terms that they share.

Evidence in units of the mission's typical best match, comparable between measures and between missions.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain
from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matching.recommending.recommendation import Direction

Matrix = NDArray[np.float64]
Counts = Counter[str]
Rarity = dict[str, float]

BACKGROUND = 50
"""Texts without any of the terms that are counted along, so that a small mission does not call every word common."""
SATURATION, LENGTH_SHARE = 1.2, 0.5
"""BM25's k1 and b; b is below the usual 0.75 because items are short."""

MOST_ROWS = 5_000
"""Texts whose rows are kept; beyond it all are weighed again."""


def rarity(texts: Sequence[Counts]) -> Rarity:
    """Weigh each term by how few texts have it: 1 for a term of one text, towards 0 for one that all have.

    Source: the inverse document frequency of BM25 (Robertson and Zaragoza, 2009), divided by its greatest value.
    """
    total = len(texts) + BACKGROUND
    having = Counter(term for text in texts for term in text)
    greatest = log(1 + (total - 0.5) / 1.5)
    return {term: log(1 + (total - n + 0.5) / (n + 0.5)) / greatest for term, n in having.items()}


def bm25(queries: Sequence[Counts], documents: Sequence[Counts], rare: Rarity) -> Matrix:
    """Score documents for queries; about the number of rare terms that met. Shape (queries, documents)."""
    terms = _shared(queries, documents)
    asked = _table(queries, terms, lambda term, _: rare.get(term, 1.0))
    counted = _table(documents, terms, lambda _, count: count)
    lengths = np.array([text.total() for text in documents], dtype=np.float64)
    mean = lengths.mean() if lengths.any() else 1.0
    damping = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * lengths / mean)
    return asked @ (counted * (SATURATION + 1) / (counted + damping[:, None])).T


class Rows:
    """Texts of one collection as sparse rows of unit length, each weighed once however often it is compared."""

    def __init__(self, rare: Rarity) -> None:
        self._rare = rare
        self._numbers: dict[str, int] = {}
        self._known: dict[int, tuple[Counts, list[int], Matrix]] = {}

    def cosine(self, queries: Sequence[Counts], documents: Sequence[Counts]) -> Matrix:
        """Cosine of the weighted counts, from 0 to 1. Shape (queries, documents)."""
        if len(self._known) > MOST_ROWS:
            self._known.clear()
        one, other = ([self._row(text) for text in texts] for texts in (queries, documents))
        return np.asarray((self._table(one) @ self._table(other).T).toarray())

    def _row(self, text: Counts) -> tuple[Counts, list[int], Matrix]:
        """Weigh a text; it is kept along, so that no other one gets its identity."""
        known = self._known.get(id(text))
        if known is None:
            columns = [self._numbers.setdefault(term, len(self._numbers)) for term in text]
            values = np.array([(1 + log(n)) * self._rare.get(term, 1.0) for term, n in text.items()], dtype=np.float64)
            known = self._known[id(text)] = (text, columns, values / max(float(np.linalg.norm(values)), 1e-9))
        return known

    def _table(self, rows: Sequence[tuple[Counts, list[int], Matrix]]) -> sparse.csr_array:
        ends = np.cumsum([0, *(len(columns) for _, columns, _ in rows)])
        values = np.concatenate([np.zeros(0), *(row for _, _, row in rows)])
        columns = np.fromiter(chain.from_iterable(columns for _, columns, _ in rows), dtype=np.int64, count=ends[-1])
        return sparse.csr_array((values, columns, ends), shape=(len(rows), len(self._numbers)))


def _shared(queries: Sequence[Counts], documents: Sequence[Counts]) -> dict[str, int]:
    """Number the terms that occur on both sides, in a fixed order; no other term can add to a score."""
    shared = set().union(*queries) & set().union(*documents)
    return {term: number for number, term in enumerate(sorted(shared))}


def _table(texts: Sequence[Counts], terms: dict[str, int], weigh: Callable[[str, int], float]) -> Matrix:
    """Fill a matrix of shape (texts, terms)."""
    table = np.zeros((len(texts), len(terms)))
    for row, text in enumerate(texts):
        for term in text.keys() & terms.keys():
            table[row, terms[term]] = weigh(term, text[term])
    return table


STRANGERS = 5
"""Partners who share nothing, counted along in each mean: the only match of a short row is not its own mean."""


USUAL = 0.6
"""Evidence of one kind that an organisation usually has with its best partner.

It is the same in every mission: measured in each, it hung on how many organisations have a partner there at all.
"""


class Measure(NamedTuple):
    """What a unit is the unit of: one kind of likeness, of texts in one language or, where it is empty, between two."""

    direction: Direction
    language: str
    kind: str


class Units:
    """Units of the mission that is being compared, measured in each matrix itself."""

    def of(self, measure: Measure, matrix: Matrix, least: float) -> float:
        """Give the unit of a matrix, whose rows are needs."""
        return unit(matrix, least)


def unit(matrix: Matrix, least: float) -> float:
    """Median of what each row and each column has at best, not below `least`; ignores cells that are not a number."""
    known = np.nan_to_num(matrix)
    if not known.size:
        return least
    return max(float(np.median(np.concatenate([known.max(1), known.max(0)]))), least)


def standardised(matrix: Matrix, mission: float) -> Matrix:
    """Take a share `mission` of the evidence as it stands, the rest above the means of its row and its column.

    The means take off what an organisation has in common with everybody; only a row above the unit is shrunk,
    so an organisation that nobody suits keeps low evidence.
    """
    if not matrix.size:
        return matrix
    return mission * matrix / USUAL + (1 - mission) / 2 * (_above_rows(matrix) + _above_rows(matrix.T).T)


def _above_rows(matrix: Matrix) -> Matrix:
    means = matrix.sum(1, keepdims=True) / (matrix.shape[1] + STRANGERS)
    return np.asarray((matrix - means) / np.maximum(matrix.max(1, keepdims=True) - means, USUAL))
