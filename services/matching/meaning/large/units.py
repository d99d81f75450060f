"""Units of a mission too large for its matrices: what its items have at best.

Some needs and some offers are compared with all that there are: by words and letters with each, by what they mean with
those whose sentences are nearest.
"""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

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
from matching.meaning.large.threads import in_order

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
        return dict(in_order(lambda part: (part[0], part[1]()), list(self._measures())))

    def _measures(self) -> Iterator[tuple[Measure, Callable[[], float]]]:
        """Say how each unit is measured."""
        rows = self._mission.rows
        for direction, shelves in DIRECTIONS.items():
            starts = [self._mission.layout.of(*shelf) for shelf in shelves]
            items = [np.arange(own[0], own[-1]) for own in starts]
            yield Measure(direction, "", "letters"), partial(_unit, items, rows.latin, rows.latin, LEAST_LETTERS)
            first = [self._mission.first_reading[some] for some in items]
            yield Measure(direction, "", "meaning"), partial(self._meant, first)
            for number, language in enumerate(map(str, self._mission.languages.known)):
                read = [self._mission.reading_in[number][some] for some in items]
                some = [one[one >= 0] for one in read]
                yield Measure(direction, language, "words"), partial(_unit, some, rows.asked, rows.given, LEAST_WORDS)
                yield (
                    Measure(direction, language, "letters"),
                    partial(_unit, some, rows.grams, rows.grams, LEAST_LETTERS),
                )
                yield Measure(direction, language, "meaning"), partial(self._meant, some)

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


def _unit(ends: list[Places], asked: Rows, given: Rows, least: float) -> float:
    """Median of what some of each end have at best with all of the other."""
    one, other = ends
    if not len(one) or not len(other):
        return least
    some, few = one[spread(len(one), MEASURED)], other[spread(len(other), MEASURED)]
    bests = [_best(asked[some], given[other]), _best(given[few], asked[one])]
    return max(float(np.median(np.concatenate(bests))), least)


def _best(rows: Rows, others: Rows) -> Values:
    """What each row has at best; 0 where it has nothing in common with any."""
    found = Rows(rows @ others.T)
    best = np.zeros(found.shape[0], dtype=np.float32)
    has = np.diff(found.indptr) > 0
    best[has] = np.maximum.reduceat(found.data, found.indptr[:-1][has]) if has.any() else 0
    return best
