"""Where a need and an offer met: the places of equal words or, without any, of the most alike ones."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from matching.domain.recommendations import Span
from matching.lexical.index import Reading, ReadItem, grams
from matching.lexical.transliteration import in_latin
from matching.lexical.words import Word

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
