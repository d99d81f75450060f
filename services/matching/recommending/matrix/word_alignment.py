"""How alike texts are word by word: for each word of one the most alike word of the other."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from scipy import sparse

from matching.recommending.embeddings.cache import Memory
from matching.recommending.embeddings.centring import centred
from matching.recommending.embeddings.encoder import Vectors
from matching.recommending.scoring.bm25 import rarity
from matching.recommending.text import word_similarity
from matching.recommending.text.clauses import Term, Text
from matching.recommending.text.word_similarity import Table
from matching.recommending.weights import TextWeights

BLOCK = 200
"""Documents whose words are laid side by side at once: some hundred megabytes for a vocabulary of ten thousand."""


class WordLikeness:
    """Compares texts of one collection, whose texts together say how rare a word is."""

    def __init__(self, texts: Sequence[Text], weights: TextWeights, memory: Memory | None) -> None:
        self._memory = memory
        self._weights = weights
        self._rarity = _rarity(texts)

    def compare(self, queries: Sequence[Text], documents: Sequence[Text]) -> Table:
        """Say how much of each query a document meets, and the reverse, from 0 to 1. Shape (queries, documents)."""
        one, other = _vocabulary(queries), _vocabulary(documents)
        table = self.of_words(list(one), list(other))
        there = self._met(table, (one, queries), (other, documents))
        back = self._met(np.ascontiguousarray(table.T), (other, documents), (one, queries)).T
        return np.asarray((there + self._weights.back * back) / (1 + self._weights.back))

    def of_words(self, one: Sequence[Term], other: Sequence[Term]) -> Table:
        """Say how alike words are, from 0 to 1. Shape (len(one), len(other))."""
        vectors = self._vectors(one)
        return word_similarity.alike(one, word_similarity.Known(other, self._vectors(other)), vectors, self._weights)

    def _met(
        self,
        table: Table,
        one: tuple[Mapping[Term, int], Sequence[Text]],
        other: tuple[Mapping[Term, int], Sequence[Text]],
    ) -> Table:
        """Mean over the words of each text of `one` of its most alike word in each of `other`, weighed by rarity."""
        places, texts = other
        shares = self._shares(*one)
        found = np.zeros((len(one[1]), len(texts)), dtype=np.float32)
        worded = [number for number, text in enumerate(texts) if text.terms] if one[0] else []
        for start in range(0, len(worded), BLOCK):
            some = worded[start : start + BLOCK]
            columns = [places[term] for number in some for term in texts[number].terms]
            starts = np.cumsum([0, *(len(texts[number].terms) for number in some)])[:-1]
            found[:, some] = shares @ np.maximum.reduceat(table[:, columns], starts, axis=1)
        return found

    def _shares(self, places: Mapping[Term, int], texts: Sequence[Text]) -> sparse.csr_array:
        """Give the share of each word in its text; they add up to 1. Shape (texts, words)."""
        rows = [self._weighed(text.terms) for text in texts]
        values = [weight / sum(row) for row in rows for weight in row]
        columns = [places[term] for text in texts for term in text.terms]
        ends = np.cumsum([0, *map(len, rows)])
        shape = (len(texts), len(places))
        return sparse.csr_array((np.array(values, dtype=np.float32), columns, ends), shape=shape)

    def _weighed(self, terms: Sequence[Term]) -> list[float]:
        found = [self._rarity.get(term, 1.0) for term in terms]
        return [weight * self._weights.first for weight in found[:1]] + found[1:]

    def _vectors(self, terms: Sequence[Term]) -> Vectors | None:
        return None if self._memory is None else word_vectors(terms, self._memory)


def word_vectors(terms: Sequence[Term], memory: Memory) -> Vectors:
    """Give centred vectors of words."""
    return centred(memory.vectors([term.spelling for term in terms]), [term.language for term in terms], "words")


def _vocabulary(texts: Sequence[Text]) -> dict[Term, int]:
    terms = sorted({term for text in texts for term in text.terms}, key=_order)
    return {term: place for place, term in enumerate(terms)}


def _order(term: Term) -> tuple[str, str, str]:
    return term.language, term.base, term.spelling


def _rarity(texts: Sequence[Text]) -> dict[Term, float]:
    """Weigh each word by how few texts of its language have it, from 0 to 1."""
    found: dict[Term, float] = {}
    for language in sorted({text.language for text in texts}):
        own = [text for text in texts if text.language == language]
        rare = rarity([Counter(term.base for term in text.terms) for text in own])
        found |= {term: rare[term.base] for text in own for term in text.terms}
    return found
