"""How alike needs and offers are by what they mean, beside their words and letters."""

import numpy as np

from matching.recommending.embeddings.cache import Memory
from matching.recommending.highlights import Meeting, met
from matching.recommending.matrix.lexical_index import ReadItem
from matching.recommending.matrix.similarity import TextLikeness
from matching.recommending.matrix.word_similarity_matrix import Items, Likeness
from matching.recommending.recommendation import Direction
from matching.recommending.scoring.bm25 import Matrix, Measure
from matching.recommending.text.clauses import Text
from matching.recommending.text.word_similarity import Table
from matching.recommending.weights import Weights

NOTHING = 0.2
"""Likeness of texts that have nothing to do with one another: four of five pairs of items lie below it."""
LEAST_MEANING = 0.5
"""The unit of meaning is not below this: where no text answers another, nobody gets a match."""


class ItemLikeness(Likeness):
    """Compares items of one mission in each language that both have, and between languages where they have none."""

    def __init__(self, items: Items, weights: Weights, memory: Memory | None) -> None:
        super().__init__(items, weights)
        self._texts = TextLikeness([text for item in items for text in texts_of(item)], weights.texts, memory)

    def meeting(self, need: ReadItem, offer: ReadItem) -> Meeting:
        """Mark the words that are alike in a common language, or between languages where there is none."""
        common = sorted(need.readings.keys() & offer.readings.keys())
        pairs = [(_in(need, code), _in(offer, code)) for code in common] or [(texts_of(need)[0], texts_of(offer)[0])]
        return max((met(a, b, self._texts.words) for a, b in pairs), key=lambda found: len(found.need_marks))

    def _language_evidence(self, queries: Items, documents: Items, language: str, direction: Direction) -> Matrix:
        found = self._texts.compare(*([_in(item, language) for item in items] for items in (queries, documents)))
        share = self._weights.meaning_share
        spelled = super()._language_evidence(queries, documents, language, direction)
        return (1 - share) * spelled + share * self._in_units(found, Measure(direction, language, "meaning"))

    def _foreign_evidence(self, queries: Items, documents: Items, direction: Direction) -> Matrix:
        """Between languages equal words are names at most: what the texts mean takes their share."""
        found = self._texts.compare(*([texts_of(item)[0] for item in items] for items in (queries, documents)))
        spelled = super()._foreign_evidence(queries, documents, direction)
        return spelled * (1 - self._weights.meaning_share) + self._in_units(found, Measure(direction, "", "meaning"))

    def _in_units(self, found: Table, measure: Measure) -> Matrix:
        above = np.maximum(found - NOTHING, 0, dtype=np.float64)
        return np.asarray(above / self.units.of(measure, above, LEAST_MEANING))


def texts_of(item: ReadItem) -> list[Text]:
    """Give the texts of an item, in the order of their languages."""
    return [_in(item, language) for language in sorted(item.readings)]


def _in(item: ReadItem, language: str) -> Text:
    return Text(item.readings[language].text, language)
