"""What two texts have in common, pair by pair, as the scorer of small missions measures it on whole matrices."""

from dataclasses import dataclass

import numpy as np

from matching.domain.recommendations import Direction
from matching.domain.scores import TextWeights, Weights
from matching.lexical.scale import Measure
from matching.meaning.item_likeness import NOTHING
from matching.meaning.large.cells import FOREIGN, Cells, Meetings, best_of, languages
from matching.meaning.large.collection import Collection
from matching.meaning.large.rows import Places, Rows, Values, distinct, dots
from matching.meaning.large.sense import senses

Units = dict[Measure, float]


@dataclass(frozen=True)
class Measured:
    """Shape (meetings,) each: BM25, cosine of letters, and what the texts mean above texts with nothing in common."""

    words: Values
    letters: Values
    meaning: Values

    def evidence(self, met: Meetings, direction: Direction, names: list[str], units: Units, weights: Weights) -> Values:
        """Sum up in units of the mission, as `matching.meaning.item_likeness.ItemLikeness` does. Shape (meetings,)."""
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
