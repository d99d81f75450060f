"""How alike two words are: equal, spelled alike, translations of one another, or near in meaning."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matching.domain.scores import TextWeights
from matching.lexical.index import grams
from matching.lexical.transliteration import in_latin
from matching.meaning.encoder import Vectors
from matching.meaning.lexicon import russian_to_english
from matching.meaning.texts import Term

Table = NDArray[np.float32]

FLOOR = 0.2
"""Cosine of two words below which they have nothing to do with one another."""
LETTERS_FLOOR = 0.3
"""Cosine of the n-grams of two words below which they are not spelled alike."""
PART = 0.75
"""Share of the likeness of a sure translation that one has which is part of a phrase only."""


def alike(
    one: Sequence[Term], other: Sequence[Term], vectors: tuple[Vectors, Vectors] | None, weights: TextWeights
) -> Table:
    """Compare each word of one list with each of another, from 0 to 1; 1 for equal base forms.

    Args:
        one: words.
        other: words.
        vectors: centred vectors of both lists, of unit length; None without a model.
        weights: what each kind of likeness is worth.

    Returns: shape (len(one), len(other)).
    """
    found = weights.spelling * _above(_letters(one, other), LETTERS_FLOOR)
    if vectors is not None and weights.neighbours:
        np.maximum(found, weights.neighbours * _above(vectors[0] @ vectors[1].T, FLOOR), out=found)
    turned = ((i, j, value) for j, i, value in _translated(other, one))
    translated = [(i, j, weights.translation * value) for i, j, value in (*_translated(one, other), *turned)]
    joined = [*_equal(one, other), *translated]
    if joined:
        rows, columns, values = zip(*joined, strict=True)
        np.maximum.at(found, (list(rows), list(columns)), np.array(values, dtype=np.float32))
    return found


def _above(cosines: Table, floor: float) -> Table:
    return np.asarray(np.maximum(cosines - floor, 0) / (1 - floor), dtype=np.float32)


def _equal(one: Sequence[Term], other: Sequence[Term]) -> Iterator[tuple[int, int, float]]:
    places = _places(other)
    return ((i, j, 1.0) for i, term in enumerate(one) for j in places.get(term.base, ()))


def _translated(one: Sequence[Term], other: Sequence[Term]) -> Iterator[tuple[int, int, float]]:
    """Find the words of `other` that translate Russian ones of `one`, and how sure that is."""
    places, lexicon = _places(term if term.language != "ru" else None for term in other), russian_to_english()
    for i, term in enumerate(one):
        for stem, weight in lexicon.get(term.base, {}).items() if term.language == "ru" else ():
            yield from ((i, j, PART + (1 - PART) * weight) for j in places.get(stem, ()))


def _places(terms: Sequence[Term | None] | Iterator[Term | None]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, term in enumerate(terms):
        if term is not None:
            found.setdefault(term.base, []).append(place)
    return found


def _letters(one: Sequence[Term], other: Sequence[Term]) -> Table:
    """Cosine of character n-grams, in Latin letters. Shape (len(one), len(other))."""
    numbers: dict[str, int] = {}
    left, right = (_counted(terms, numbers) for terms in (one, other))
    left.resize(left.shape[0], len(numbers))
    return np.asarray((left @ right.T).toarray(), dtype=np.float32)


def _counted(terms: Sequence[Term], numbers: dict[str, int]) -> sparse.csr_array:
    """Count the n-grams of each word, as rows of unit length; numbers new n-grams on the way."""
    rows = [_spelled(term.spelling) for term in terms]
    columns = [numbers.setdefault(gram, len(numbers)) for row, _ in rows for gram in row]
    values = [value for _, row in rows for value in row]
    ends = np.cumsum([0, *(len(row) for row, _ in rows)])
    return sparse.csr_array((np.array(values, dtype=np.float32), columns, ends), shape=(len(terms), len(numbers)))


@lru_cache(maxsize=20_000)
def _spelled(spelling: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Give the n-grams of a word in Latin letters, and their counts scaled to unit length."""
    counts = Counter(grams(in_latin(spelling)))
    length = sqrt(sum(n * n for n in counts.values()))
    return tuple(counts), tuple(n / length for n in counts.values())
