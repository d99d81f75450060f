"""Items of a mission read once, as rows of numbers: words, letters, sentences.

A reading is one text of an item, in one language. What words and n-grams are, how rare each is and how long texts are
is learnt from the mission, and is good for whoever comes later.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.domain.items import Item
from matching.lexical.index import grams
from matching.lexical.transliteration import in_latin
from matching.lexical.words import Word, meaningful_words, occurrences
from matching.meaning.large.rows import Mask, Places, Rows, rows_of
from matching.meaning.texts import Term, Text, term_of

SILENT = -1
"""In place of the number of a word that says nothing: commonplaces, places, function words."""


class Numbers:
    """Numbers things in the order in which they come, and remembers them."""

    def __init__(self) -> None:
        self.known: dict[Any, int] = {}

    def __len__(self) -> int:
        """How many there are."""
        return len(self.known)

    def of(self, things: Iterable[object]) -> Places:
        """Give the numbers of things, new ones to new things."""
        known = self.known
        return np.fromiter((known.setdefault(thing, len(known)) for thing in things), dtype=np.int64)


class Dictionary:
    """The distinct words of a mission, and what is compared of each."""

    def __init__(self) -> None:
        self.words, self.terms, self.bases = Numbers(), Numbers(), Numbers()
        self.grams, self.latin = Numbers(), Numbers()
        self._written: dict[str, dict[str, int]] = {}
        self._term = array("q")
        self._base = array("q")
        self._grams: tuple[list[Places], list[Places]] = ([], [])

    def numbers(self, written: Iterable[str], language: str) -> list[int]:
        """Give the numbers of words as they are written; `SILENT` for those that say nothing."""
        known, found = self._written.setdefault(language, {}), []
        for word in written:
            number = known.get(word)
            if number is None:
                number = known[word] = self._number(word, language)
            found.append(number)
        return found

    def _number(self, written: str, language: str) -> int:
        for word in meaningful_words(written, language):
            number = self.words.known.get((word.spelling, word.base, language))
            return self._learn(word, language) if number is None else number
        return SILENT

    def _learn(self, word: Word, language: str) -> int:
        self._term.append(int(self.terms.of([term_of(word, language)])[0]))
        self._base.append(int(self.bases.of([(word.base, language)])[0]))
        self._grams[0].append(self.grams.of((gram, language) for gram in grams(word.spelling)))
        self._grams[1].append(self.latin.of(grams(in_latin(word.spelling))))
        return int(self.words.of([(word.spelling, word.base, language)])[0])

    @property
    def listed_terms(self) -> list[Term]:
        """The terms in the order of their numbers."""
        return list(self.terms.known)

    @property
    def term(self) -> Places:
        """The number of each word's term."""
        return np.array(self._term, dtype=np.int64)

    @property
    def base(self) -> Places:
        """The number of each word's base form in its language."""
        return np.array(self._base, dtype=np.int64)

    def spelled(self, words: Places, *, latin: bool) -> Rows:
        """The n-grams of words, in their own or in Latin letters."""
        known = self._grams[latin]
        return rows_of([known[word] for word in words.tolist()], len(self.latin if latin else self.grams))


@dataclass(frozen=True)
class Readings:
    """Items one after the other, and the readings of each in the order of its languages."""

    items: tuple[Item, ...]
    item: Places
    """Shape (readings,): whose reading it is."""
    language: Places
    """Shape (readings,): the number of its language."""
    words: Rows
    """Shape (readings, words): how often each occurs."""
    first: Places
    """Shape (readings,): the number of the first word; -1 where there is none."""
    purposes: Rows
    """Shape (readings, words): how often each occurs as what something is for."""
    texts: tuple[Text, ...]

    @property
    def starts(self) -> Places:
        """Where the readings of each item begin, and where the last one's end."""
        return np.searchsorted(self.item, np.arange(len(self.items) + 1))


def read(items: Sequence[Item], dictionary: Dictionary, languages: Numbers) -> Readings:
    """Read items; new words are learnt."""
    texts = [Text(text, language) for item in items for language, text in sorted(item.texts.items())]
    found = [_read(text, dictionary) for text in texts]
    size = len(dictionary.words)
    return Readings(
        items=tuple(items),
        item=np.repeat(np.arange(len(items)), [len(item.texts) for item in items]),
        language=languages.of(text.language for text in texts),
        words=rows_of([numbers for numbers, _ in found], size),
        first=np.array([numbers[0] if len(numbers) else -1 for numbers, _ in found], dtype=np.int64),
        purposes=rows_of([numbers[purposes] for numbers, purposes in found], size),
        texts=tuple(texts),
    )


def _read(text: Text, dictionary: Dictionary) -> tuple[NDArray[np.int32], Mask]:
    found = list(occurrences(text.text))
    numbers = np.array(dictionary.numbers((written for _, written, _ in found), text.language), dtype=np.int64)
    says = numbers != SILENT
    return numbers[says].astype(np.int32), np.array([is_purpose for *_, is_purpose in found], dtype=np.bool_)[says]


def owned(shelves: Iterable[Sequence[tuple[Item, ...]]]) -> Iterator[list[Item]]:
    """Lay the items of one shelf after the other in a row, those of each owner by their ids."""
    for shelf in shelves:
        yield list(chain.from_iterable(sorted(own, key=lambda item: item.id) for own in shelf))
