"""Where two texts met: the places of words that are alike, in whatever languages."""

import numpy as np

from matching.domain.recommendations import Span
from matching.lexical.marks import Meeting, say_the_same
from matching.lexical.words import Word
from matching.meaning.texts import Text
from matching.meaning.word_likeness import WordLikeness

ALIKE = 0.5
"""Likeness from which anyone sees that two words say the same; below it only the most alike pair is marked."""


def met(need: Text, offer: Text, words: WordLikeness) -> Meeting:
    """Mark each word that has one alike in the other text; without any, the most alike pair."""
    left, right = need.places, offer.places
    if not left or not right:
        return Meeting(need.text, offer.text, (), (), is_clear=False)
    table = words.of_words([term for _, term in left], [term for _, term in right])
    least = min(ALIKE, float(table.max()))
    rows, columns = np.nonzero(table >= least) if least > 0 else (np.zeros(0, int), np.zeros(0, int))
    alike = [(left[i][0], right[j][0]) for i, j in zip(rows, columns, strict=True)]
    marks = [_spans([a for a, _ in alike]), _spans([b for _, b in alike])]
    return Meeting(need.text, offer.text, marks[0], marks[1], is_clear=least >= ALIKE and say_the_same(alike))


def _spans(words: list[Word]) -> tuple[Span, ...]:
    return tuple(sorted({(word.start, word.end) for word in words}))
