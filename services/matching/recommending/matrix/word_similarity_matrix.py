"""How alike needs and offers are, item by item, in the best language that both have."""

from collections.abc import Callable, Sequence
from functools import cached_property, partial

import numpy as np

from matching.recommending.highlights import Meeting, meeting
from matching.recommending.matrix.lexical_index import ReadItem
from matching.recommending.recommendation import Direction
from matching.recommending.scoring.bm25 import Counts, Matrix, Measure, Rows, Units, bm25, rarity
from matching.recommending.weights import Weights

LEAST_WORDS, LEAST_LETTERS = 1.0, 0.2
"""Units are not below one rare word in common, or this cosine: no mission makes noise look like a match."""

Items = Sequence[ReadItem]


class Likeness:
    """Compares items of one mission, whose items together say how rare a word is.

    Two items are compared in each language that both have, and the best language counts. Without a common language
    the comparison is weak: character n-grams in Latin letters, so only names, loan words and trade terms meet.
    """

    def __init__(self, items: Items, weights: Weights) -> None:
        self._weights = weights
        self.units = Units()
        self._languages = sorted({language for item in items for language in item.readings})
        self._readings = {code: [i.readings[code] for i in items if code in i.readings] for code in self._languages}
        self._base_rarity = {code: rarity([r.bases for r in found]) for code, found in self._readings.items()}
        self._gram_rows = {code: Rows(rarity([r.grams for r in found])) for code, found in self._readings.items()}
        self._items = items

    def evidence(self, queries: Items, documents: Items, direction: Direction) -> Matrix:
        """Evidence that documents answer queries, in units of a typical best match. Shape (queries, documents)."""
        within = partial(self._language_evidence, direction=direction)
        return self._best_language(queries, documents, within, partial(self._foreign_evidence, direction=direction))

    def letters(self, queries: Items, documents: Items) -> Matrix:
        """Cosine of character n-grams, from 0 to 1. Shape (queries, documents)."""
        return self._best_language(queries, documents, self._language_letters, self._foreign_letters)

    def meeting(self, need: ReadItem, offer: ReadItem) -> Meeting:
        """Mark the words of a need and of what meets it that made them alike."""
        return meeting(need, offer)

    def _best_language(
        self,
        queries: Items,
        documents: Items,
        compare: Callable[[Items, Items, str], Matrix],
        compare_foreign: Callable[[Items, Items], Matrix],
    ) -> Matrix:
        best = np.full((len(queries), len(documents)), np.nan)
        for language in self._languages:
            rows = [i for i, item in enumerate(queries) if language in item.readings]
            columns = [i for i, item in enumerate(documents) if language in item.readings]
            if rows and columns:
                cells = np.ix_(rows, columns)
                found = compare([queries[i] for i in rows], [documents[i] for i in columns], language)
                best[cells] = np.fmax(best[cells], found)
        return np.where(np.isnan(best), compare_foreign(queries, documents), best) if np.isnan(best).any() else best

    def _language_evidence(self, queries: Items, documents: Items, language: str, direction: Direction) -> Matrix:
        asked, given = ([item.readings[language].bases for item in items] for items in (queries, documents))
        words = bm25(asked, given, self._base_rarity[language])
        letters = self._language_letters(queries, documents, language)
        share = self._weights.words_share
        word = self.units.of(Measure(direction, language, "words"), words, LEAST_WORDS)
        letter = self.units.of(Measure(direction, language, "letters"), letters, LEAST_LETTERS)
        return share * words / word + (1 - share) * letters / letter

    def _language_letters(self, queries: Items, documents: Items, language: str) -> Matrix:
        asked, given = ([item.readings[language].grams for item in items] for items in (queries, documents))
        return self._gram_rows[language].cosine(asked, given)

    def _foreign_evidence(self, queries: Items, documents: Items, direction: Direction) -> Matrix:
        letters = self._foreign_letters(queries, documents)
        letter = self.units.of(Measure(direction, "", "letters"), letters, LEAST_LETTERS)
        return (1 - self._weights.words_share) * letters / letter

    def _foreign_letters(self, queries: Items, documents: Items) -> Matrix:
        return self._latin_rows.cosine(_latin(queries), _latin(documents))

    @cached_property
    def _latin_rows(self) -> Rows:
        return Rows(rarity(_latin(self._items)))


def _latin(items: Items) -> list[Counts]:
    return [item.latin_grams for item in items]
