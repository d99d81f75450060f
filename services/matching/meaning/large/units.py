"""Units of a mission too large for its matrices: what its items have at best.

What texts mean is looked up among candidates, who are chosen by it. The best words and letters are those of anybody:
some needs and some offers are compared with all that there are.
"""

import numpy as np

from matching.domain.recommendations import Direction
from matching.lexical.likeness import LEAST_LETTERS, LEAST_WORDS
from matching.lexical.scale import Measure
from matching.meaning.item_likeness import LEAST_MEANING
from matching.meaning.large.candidates import spread
from matching.meaning.large.cells import DIRECTIONS, FOREIGN, Meetings
from matching.meaning.large.collection import Collection
from matching.meaning.large.measures import Units
from matching.meaning.large.rows import Places, Rows, Values

MEASURED = 200
"""Needs, and as many offers, that are compared with all; of a fifth of them, units were up to a fifth off."""


class Best:
    """The best meaning that each need and each offer has met."""

    def __init__(self, mission: Collection) -> None:
        self._count, self._names = len(mission.readings.item), [str(name) for name in mission.languages.known]
        self._found: dict[tuple[Direction, int], tuple[Values, Values]] = {}

    def note(self, direction: Direction, met: Meetings, meaning: Values) -> None:
        """Take in what some readings have in common; between languages all count, as in small missions."""
        for language in np.unique(met.language).tolist():
            some = met.language == language
            self._raise(direction, language, met.chosen(some), meaning[some])
        self._raise(direction, FOREIGN, met, meaning)

    def _raise(self, direction: Direction, language: int, met: Meetings, meaning: Values) -> None:
        empty = np.full(self._count, np.nan, dtype=np.float32)
        best = self._found.setdefault((direction, language), (empty, empty.copy()))
        np.fmax.at(best[0], met.need, meaning)
        np.fmax.at(best[1], met.offer, meaning)

    def units(self) -> Units:
        """Give the medians."""
        found = {}
        for (direction, language), sides in self._found.items():
            known = np.concatenate(sides)
            name = "" if language == FOREIGN else self._names[language]
            known = known[~np.isnan(known)]
            unit = float(np.median(known)) if len(known) else 0.0
            found[Measure(direction, name, "meaning")] = max(unit, LEAST_MEANING)
        return found


def spelled_units(mission: Collection) -> Units:
    """Measure the best words and letters of some needs and offers."""
    found: Units = {}
    rows = mission.rows
    for direction, ((needy, need), (giver, offer)) in DIRECTIONS.items():
        ends = [mission.layout.of(needy, need), mission.layout.of(giver, offer)]
        items = [np.arange(starts[0], starts[-1]) for starts in ends]
        found[Measure(direction, "", "letters")] = max(_median(items, rows.latin, rows.latin), LEAST_LETTERS)
        for language, name in enumerate([str(name) for name in mission.languages.known]):
            read = [mission.reading_in[language][some] for some in items]
            readings = [some[some >= 0] for some in read]
            words, letters = (_median(readings, *pair) for pair in ((rows.asked, rows.given), (rows.grams, rows.grams)))
            found[Measure(direction, name, "words")] = max(words, LEAST_WORDS)
            found[Measure(direction, name, "letters")] = max(letters, LEAST_LETTERS)
    return found


def _median(ends: list[Places], asked: Rows, given: Rows) -> float:
    """Median of what some of each end have at best with all of the other."""
    one, other = ends
    if not len(one) or not len(other):
        return 0.0
    some, few = one[spread(len(one), MEASURED)], other[spread(len(other), MEASURED)]
    bests = [_best(asked[some], given[other]), _best(given[few], asked[one])]
    return float(np.median(np.concatenate(bests)))


def _best(rows: Rows, others: Rows) -> Values:
    found = Rows(rows @ others.T)
    return np.asarray(found.max(axis=1).toarray()).ravel()
