"""Units of a mission too large for its matrices: what its items have at best.

Some needs and some offers are compared with all that there are: by words and letters with each, by what they mean with
those whose sentences are nearest.
"""

import numpy as np

from matching.domain.recommendations import Direction
from matching.domain.scores import TextWeights
from matching.lexical.likeness import LEAST_LETTERS, LEAST_WORDS
from matching.lexical.scale import Measure
from matching.meaning.item_likeness import LEAST_MEANING
from matching.meaning.large.alike import Words
from matching.meaning.large.candidates import spread
from matching.meaning.large.cells import DIRECTIONS
from matching.meaning.large.collection import Collection
from matching.meaning.large.measures import Units, meaning
from matching.meaning.large.rows import Places, Rows, Values

MEASURED = 200
"""Needs, and as many offers, that are compared with all; of a fifth of them, units were up to a fifth off."""
NEAREST = 20
"""Of all, so many by their sentences are compared by what they mean."""


class Measuring:
    """Measures the best matches of a mission."""

    def __init__(self, mission: Collection, words: Words, texts: TextWeights) -> None:
        self._mission, self._words, self._texts = mission, words, texts

    def units(self) -> Units:
        """Give the unit of each measure."""
        found: Units = {}
        rows = self._mission.rows
        for direction, shelves in DIRECTIONS.items():
            starts = [self._mission.layout.of(*shelf) for shelf in shelves]
            items = [np.arange(own[0], own[-1]) for own in starts]
            found[Measure(direction, "", "letters")] = max(_median(items, rows.latin, rows.latin), LEAST_LETTERS)
            first = [self._mission.first_reading[some] for some in items]
            found[Measure(direction, "", "meaning")] = self._meant(first)
            for number, language in enumerate(map(str, self._mission.languages.known)):
                read = [self._mission.reading_in[number][some] for some in items]
                found |= self._of_language([some[some >= 0] for some in read], direction, language)
        return found

    def _of_language(self, readings: list[Places], direction: Direction, language: str) -> Units:
        rows = self._mission.rows
        words, letters = (_median(readings, *pair) for pair in ((rows.asked, rows.given), (rows.grams, rows.grams)))
        return {
            Measure(direction, language, "words"): max(words, LEAST_WORDS),
            Measure(direction, language, "letters"): max(letters, LEAST_LETTERS),
            Measure(direction, language, "meaning"): self._meant(readings),
        }

    def _meant(self, readings: list[Places]) -> float:
        needs, offers = readings
        if not len(needs) or not len(offers):
            return LEAST_MEANING
        one, other = needs[spread(len(needs), MEASURED)], offers[spread(len(offers), MEASURED)]
        bests = [self._best(one, offers, asks=True), self._best(other, needs, asks=False)]
        return max(float(np.median(np.concatenate(bests))), LEAST_MEANING)

    def _best(self, some: Places, others: Places, *, asks: bool) -> Values:
        """Give the best meaning that some readings share with the nearest of others."""
        sentences, count = self._mission.sentences, min(NEAREST, len(others))
        one, other = (sentences.vectors[sentences.whole[read]].astype(np.float32) for read in (some, others))
        near = np.argpartition(one @ other.T, -count, axis=1)[:, -count:]
        pairs = np.repeat(some, count), others[near.ravel()]
        needs, offers = pairs if asks else pairs[::-1]
        alike = self._words.alike(needs, offers, self._texts.back, asks=True)
        found = meaning((self._mission, self._mission), (needs, offers), alike, self._texts)
        return np.asarray(found.reshape(-1, count).max(1))


def _median(ends: list[Places], asked: Rows, given: Rows) -> float:
    """Median of what some of each end have at best with all of the other."""
    one, other = ends
    if not len(one) or not len(other):
        return 0.0
    some, few = one[spread(len(one), MEASURED)], other[spread(len(other), MEASURED)]
    bests = [_best(asked[some], given[other]), _best(given[few], asked[one])]
    return float(np.median(np.concatenate(bests)))


def _best(rows: Rows, others: Rows) -> Values:
    """What each row has at best; 0 where it has nothing in common with any."""
    found = Rows(rows @ others.T)
    best = np.zeros(found.shape[0], dtype=np.float32)
    has = np.diff(found.indptr) > 0
    best[has] = np.maximum.reduceat(found.data, found.indptr[:-1][has]) if has.any() else 0
    return best
