"""Words of a need and an offer that matched.

Where a need and an offer met: the places of equal words or, without any, of the most alike ones.

Where two texts met: the places of words that are alike, in whatever languages.

Marks of words that met in texts, from vectors that are kept: nobody loads the model to show a page.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matching.recommending.embeddings.cache import Memory
from matching.recommending.embeddings.encoder import Vectors, installed
from matching.recommending.matrix.lexical_index import Reading, ReadItem, grams
from matching.recommending.matrix.word_alignment import WordLikeness
from matching.recommending.recommendation import Span
from matching.recommending.text.clauses import Text
from matching.recommending.text.words import Word, in_latin
from matching.recommending.weights import TextWeights

ALIKE = 0.5
"""Share of n-grams from which two words are alike; below it only the most alike pair is marked."""


@dataclass(frozen=True)
class Meeting:
    """Two texts and the spans in each, as character offsets, that met; `is_clear` if anyone sees that they did."""

    need_text: str
    offer_text: str
    need_marks: tuple[Span, ...]
    offer_marks: tuple[Span, ...]
    is_clear: bool


def say_the_same(met: Sequence[tuple[Word, Word]]) -> bool:
    """Say whether alike words make a reason: two do, and one that tells in both texts what a thing is, or is for.

    A hot chamber is no answer to a sensor for chambers.
    """
    several = min(len({a.base for a, _ in met}), len({b.base for _, b in met})) > 1
    return several or any(a.is_purpose == b.is_purpose for a, b in met)


def meeting(need: ReadItem, offer: ReadItem) -> Meeting:
    """Mark what met, in the common language where most words did; without one, in any, by Latin spelling."""
    common = sorted(need.readings.keys() & offer.readings.keys())
    if common:
        met = [_met(need.readings[code], offer.readings[code], str) for code in common]
    else:
        met = [
            _met(a, b, in_latin) for _, a in sorted(need.readings.items()) for _, b in sorted(offer.readings.items())
        ]
    return max(met, key=lambda found: len(found.need_marks))


def _met(need: Reading, offer: Reading, spell: Callable[[str], str]) -> Meeting:
    if need.bases.keys() & offer.bases.keys():
        same = [(a, b) for a in need.words for b in offer.words if a.base == b.base]
        marks = [_spans(a for a, _ in same), _spans(b for _, b in same)]
        return Meeting(need.text, offer.text, marks[0], marks[1], is_clear=say_the_same(same))
    share, alike = _alike_words(need, offer, spell)
    marks = [_spans(a for a, _ in alike), _spans(b for _, b in alike)]
    return Meeting(need.text, offer.text, marks[0], marks[1], is_clear=share >= ALIKE and say_the_same(alike))


def _alike_words(need: Reading, offer: Reading, spell: Callable[[str], str]) -> tuple[float, list[tuple[Word, Word]]]:
    """Pairs of words that share at least half of their n-grams; if there are none, the most alike pair.

    Returns: the greatest share of n-grams (Dice coefficient, 0 to 1) and the pairs.
    """
    left, right = ([(word, set(grams(spell(word.spelling)))) for word in r.words] for r in (need, offer))
    shares = [(2 * len(x & y) / (len(x) + len(y)), a, b) for a, x in left for b, y in right]
    greatest = max((share for share, _, _ in shares), default=0.0)
    return greatest, [(a, b) for share, a, b in shares if share >= min(ALIKE, greatest) > 0]


def _spans(words: Iterable[Word]) -> tuple[Span, ...]:
    return tuple(sorted({(word.start, word.end) for word in words}))


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


Find = Callable[[str, list[str]], Mapping[str, bytes]]
"""Gives stored vectors by model and names."""


class NotKeptError(LookupError):
    """A vector is not kept."""


class Marking:
    """Marks pairs of texts, each given with its language."""

    def __init__(self, ends: Sequence[tuple[str, str, str, str]], find: Find | None) -> None:
        self._pairs = [(Text(need, first), Text(offer, other)) for need, offer, first, other in ends]
        encoder = installed() if find else None
        self._memory = Memory(_Kept(encoder.version, encoder.dimensions)) if encoder else None
        if find and self._memory:
            self._memory.fill([term.spelling for pair in self._pairs for text in pair for term in text.terms], find)

    def marks(self) -> list[tuple[tuple[Span, ...], tuple[Span, ...]]]:
        """Give the spans of the words that met, in the need and in the offer.

        Raises:
            NotKeptError: the vector of a word is not kept.

        """
        words = WordLikeness([], TextWeights(), self._memory)
        found = (met(need, offer, words) for need, offer in self._pairs)
        return [(one.need_marks, one.offer_marks) for one in found]


class _Kept:
    """An encoder that encodes nothing."""

    def __init__(self, version: str, dimensions: int) -> None:
        self.version, self.dimensions = version, dimensions

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Refuse whatever is asked for."""
        if texts:
            raise NotKeptError
        return np.zeros((0, self.dimensions), dtype=np.float32)
