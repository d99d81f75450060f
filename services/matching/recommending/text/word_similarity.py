"""How alike two words are: equal, spelled alike, translations of one another, or near in meaning."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import chain
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matching.recommending.embeddings.encoder import Vectors
from matching.recommending.matrix.lexical_index import grams
from matching.recommending.text.clauses import Term
from matching.recommending.text.lexicon import russian_to_english
from matching.recommending.text.words import in_latin
from matching.recommending.weights import TextWeights

Table = NDArray[np.float32]

FLOOR = 0.2
"""Cosine of two words below which they have nothing to do with one another."""
LETTERS_FLOOR = 0.3
"""Cosine of the n-grams of two words below which they are not spelled alike."""
PART = 0.75
"""Share of the likeness of a sure translation that one has which is part of a phrase only."""


class Known:
    """Words laid out so that others can be compared with them again and again."""

    def __init__(self, terms: Sequence[Term], vectors: Vectors | None) -> None:
        self.vectors = vectors
        self.places = _places(terms)
        self.foreign = _places(term if term.language != "ru" else None for term in terms)
        self._terms = terms
        self._numbers: dict[str, int] = {}
        self._spelled = _counted(terms, self._numbers, is_growing=True)

    def __len__(self) -> int:
        """How many words there are."""
        return len(self._terms)

    def letters(self, others: Sequence[Term]) -> Table:
        """Cosine of character n-grams, in Latin letters. Shape (len(others), words)."""
        return np.asarray((_counted(others, self._numbers) @ self._spelled.T).toarray(), dtype=np.float32)

    @cached_property
    def meant(self) -> dict[str, list[tuple[int, float]]]:
        """English stems and the Russian words here that they translate, with how sure that is."""
        found: dict[str, list[tuple[int, float]]] = {}
        lexicon = russian_to_english()
        for place, term in enumerate(self._terms):
            for stem, weight in lexicon.get(term.base, {}).items() if term.language == "ru" else ():
                found.setdefault(stem, []).append((place, PART + (1 - PART) * weight))
        return found


def alike(one: Sequence[Term], other: Known, vectors: Vectors | None, weights: TextWeights) -> Table:
    """Compare each word of one list with each of another, from 0 to 1; 1 for equal base forms.

    Args:
        one: words.
        other: words.
        vectors: centred vectors of the first ones, of unit length; None without a model.
        weights: what each kind of likeness is worth.

    Returns: shape (len(one), len(other)).
    """
    found = weights.spelling * _above(other.letters(one), LETTERS_FLOOR)
    if vectors is not None and other.vectors is not None and weights.neighbours:
        np.maximum(found, weights.neighbours * _above(vectors @ other.vectors.T, FLOOR), out=found)
    translated = [(i, j, weights.translation * value) for i, j, value in _translated(one, other)]
    joined = [*_equal(one, other), *translated]
    if joined:
        rows, columns, values = zip(*joined, strict=True)
        np.maximum.at(found, (list(rows), list(columns)), np.array(values, dtype=np.float32))
    return found


def _above(cosines: Table, floor: float) -> Table:
    return np.asarray(np.maximum(cosines - floor, 0) / (1 - floor), dtype=np.float32)


def _equal(one: Sequence[Term], other: Known) -> Iterator[tuple[int, int, float]]:
    return ((i, j, 1.0) for i, term in enumerate(one) for j in other.places.get(term.base, ()))


def _translated(one: Sequence[Term], other: Known) -> Iterator[tuple[int, int, float]]:
    """Find the words that translate one another, and how sure that is."""
    lexicon = russian_to_english()
    for i, term in enumerate(one):
        if term.language == "ru":
            for stem, weight in lexicon.get(term.base, {}).items():
                yield from ((i, j, PART + (1 - PART) * weight) for j in other.foreign.get(stem, ()))
        else:
            yield from ((i, j, value) for j, value in other.meant.get(term.base, ()))


def _places(terms: Iterable[Term | None]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, term in enumerate(terms):
        if term is not None:
            found.setdefault(term.base, []).append(place)
    return found


def _counted(terms: Sequence[Term], numbers: dict[str, int], *, is_growing: bool = False) -> sparse.csr_array:
    """Count the n-grams of each word, as rows of unit length; n-grams without a number get one, or are left out."""
    rows = [_spelled(term.spelling) for term in terms]
    if is_growing:
        for gram in chain.from_iterable(row for row, _ in rows):
            numbers.setdefault(gram, len(numbers))
    known = [[(numbers[gram], value) for gram, value in zip(*row, strict=True) if gram in numbers] for row in rows]
    columns, values = ([cell[part] for row in known for cell in row] for part in (0, 1))
    ends = np.cumsum([0, *map(len, known)])
    return sparse.csr_array((np.array(values, dtype=np.float32), columns, ends), shape=(len(terms), len(numbers)))


@lru_cache(maxsize=20_000)
def _spelled(spelling: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Give the n-grams of a word in Latin letters, and their counts scaled to unit length."""
    counts = Counter(grams(in_latin(spelling)))
    length = sqrt(sum(n * n for n in counts.values()))
    return tuple(counts), tuple(n / length for n in counts.values())
