"""Items as sparse rows and vectors.

Items of a mission read once, as rows of numbers: words, letters, sentences.

A reading is one text of an item, in one language. What words and n-grams are, how rare each is and how long texts are
is learnt from the mission, and is good for whoever comes later.

Vectors of texts and of their clauses, as whole numbers.

Everybody's items as rows that can be multiplied: words, letters and sentences of a mission.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.recommending.embeddings.cache import Memory
from matching.recommending.embeddings.centring import centred
from matching.recommending.embeddings.encoder import Vectors
from matching.recommending.matrix.lexical_index import grams
from matching.recommending.profiles import Item, Profile
from matching.recommending.scoring.bm25 import BACKGROUND, LENGTH_SHARE, SATURATION
from matching.recommending.scoring.sparse import (
    Mask,
    Places,
    Rows,
    Values,
    binary,
    distinct,
    indicator,
    rows_of,
    scaled,
)
from matching.recommending.text.clauses import Term, Text, term_of
from matching.recommending.text.words import Word, in_latin, meaningful_words, occurrences
from matching.recommending.weights import Weights

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


AT_ONCE = 4_000
"""Texts whose vectors are laid out at once."""
ONE = 32_000
"""What stands for 1 in vectors of whole numbers: half the memory of single precision, and as quickly read."""

Short = NDArray[np.int16]


class Sentences:
    """Vectors of texts and clauses, each distinct one once."""

    def __init__(self, readings: Readings, memory: Memory) -> None:
        parts = [(text.meant, *text.clauses) for text in readings.texts]
        keys: dict[tuple[str, str], int] = {}
        said = zip(parts, (text.language for text in readings.texts), strict=True)
        places = [keys.setdefault((part, language), len(keys)) for own, language in said for part in own]
        self.place = np.array(places, dtype=np.int64)
        self.starts = np.array([0, *accumulate(map(len, parts))], dtype=np.int64)
        self.vectors: Short = np.zeros((len(keys), memory.dimensions), dtype=np.int16)
        listed = list(keys)
        for start in range(0, len(listed), AT_ONCE):
            self.vectors[start : start + AT_ONCE] = _whole_numbers(listed[start : start + AT_ONCE], memory)

    @property
    def whole(self) -> Places:
        """Shape (readings,): the places of the vectors of whole texts."""
        return self.place[self.starts[:-1]]

    def of(self, reading: int) -> Vectors:
        """Give the vectors of a text and of its clauses."""
        return self.vectors[self.place[self.starts[reading] : self.starts[reading + 1]]].astype(np.float32)

    def parts(self, readings: Places) -> tuple[Places, Places]:
        """Give the places of the vectors of texts, each followed by those of its clauses, and where each begins.

        Returns: shapes (vectors,) and (readings + 1,).

        """
        begins = self.starts[readings]
        counts = self.starts[readings + 1] - begins
        ends = np.cumsum(counts)
        flat = np.repeat(begins - ends + counts, counts) + np.arange(counts.sum())
        return self.place[flat], np.concatenate([[0], ends])


def _whole_numbers(keys: list[tuple[str, str]], memory: Memory) -> Short:
    vectors = memory.vectors([text for text, _ in keys])
    return np.rint(centred(vectors, [language for _, language in keys], "texts") * ONE).astype(np.int16)


GUESTS, HOSTS = 0, 1
NEEDS, OFFERS = 0, 1
PART = 1_000_000
"""Numbers of a long array that are worked on at once."""

SHELVES = ((GUESTS, NEEDS), (GUESTS, OFFERS), (HOSTS, NEEDS), (HOSTS, OFFERS))
"""The order in which items are laid out: those of a side and a kind, one owner after the other."""


@dataclass(frozen=True)
class Layout:
    """Which items are whose: those of owner i on a shelf stand from `starts[i]` up to `starts[i + 1]`."""

    starts: tuple[Places, ...]

    def of(self, side: int, kind: int) -> Places:
        """Give the places of the items of one shelf."""
        return self.starts[SHELVES.index((side, kind))]

    @property
    def shelf(self) -> Places:
        """Shape (items,): the number of the shelf that each item stands on."""
        return np.repeat(np.arange(len(SHELVES)), [starts[-1] - starts[0] for starts in self.starts])


@dataclass(frozen=True)
class Counted:
    """How often base forms and n-grams occur in readings, and n-grams in Latin letters in items."""

    readings: Readings
    bases: Rows
    grams: Rows
    latin: Rows

    @classmethod
    def of(cls, readings: Readings, known: Dictionary) -> "Counted":
        """Count them, word by word."""
        places, _ = distinct(readings.words.indices)
        words = Rows(readings.words[:, places])
        item = indicator(readings.item, len(readings.items))
        bases = words @ indicator(known.base[places], len(known.bases))
        grams, latin = (known.spelled(places, latin=latin) for latin in (False, True))
        return cls(readings, Rows(bases), Rows(words @ grams), Rows(Rows(item.T @ words) @ latin))


class Learnt:
    """What the texts of a mission teach: which words there are, how rare each is, how long texts are."""

    def __init__(self, dictionary: Dictionary, languages: Numbers, read: Counted, shelf: Places) -> None:
        self.dictionary, self.languages = dictionary, languages
        readings = read.readings
        of_bases, of_grams = (
            languages.of(key[1] for key in keys.known) for keys in (dictionary.bases, dictionary.grams)
        )
        self._bases = _rarity(read.bases, readings.language, of_bases)
        self._grams = _rarity(read.grams, readings.language, of_grams)
        alone = np.zeros(len(readings.items), dtype=np.int64)
        self._latin = _rarity(read.latin, alone, np.zeros(read.latin.shape[1], dtype=np.int64))
        lengths = np.asarray(readings.words.sum(axis=1)).ravel()
        self._kinds = len(languages), shelf.max(initial=-1) + 1
        kind = shelf[readings.item] * self._kinds[0] + readings.language
        texts = np.bincount(kind, minlength=self._kinds[0] * self._kinds[1])
        self._lengths = np.bincount(kind, lengths, len(texts)) / np.maximum(texts, 1)

    def rows(self, read: Counted, shelf: Places, first: float) -> "ItemRows":
        """Weigh the words and letters of readings."""
        readings, bases = read.readings, read.bases
        known, words = self.dictionary, readings.words
        rare = _padded(self._bases, len(known.bases))
        terms = binary(words @ indicator(known.term, len(known.terms)))
        of_term = np.ones(len(known.terms))
        of_term[known.term] = rare[known.base]
        firsts = np.where(readings.first >= 0, known.term[readings.first] if len(known.term) else -1, -1)
        named = indicator(firsts, len(known.terms))
        shares = _times(Rows(terms + (first - 1) * named), of_term)
        sums = np.asarray(shares.sum(axis=1)).ravel()
        asked = _times(binary(bases), rare)
        return ItemRows(
            shares=scaled(shares, 1 / np.where(sums > 0, sums, 1)),
            asked=asked,
            given=self._damped(bases, readings, shelf),
            grams=_unit_length(read.grams, _padded(self._grams, len(known.grams))),
            latin=_unit_length(read.latin, _padded(self._latin, len(known.latin))),
        )

    def _damped(self, bases: Rows, readings: Readings, shelf: Places) -> Rows:
        """Damp counts as BM25 does, by the length of the text beside others of its shelf and language."""
        language = np.minimum(readings.language, self._kinds[0] - 1)
        means = self._lengths[shelf[readings.item] * self._kinds[0] + language] if len(language) else np.ones(0)
        lengths = np.asarray(bases.sum(axis=1)).ravel()
        damping = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * lengths / np.where(means > 0, means, 1))
        data = bases.data * (SATURATION + 1) / (bases.data + np.repeat(damping, np.diff(bases.indptr)))
        return Rows((data.astype(np.float32), bases.indices, bases.indptr), shape=bases.shape)


@dataclass(frozen=True)
class ItemRows:
    """Sparse rows: one a reading, and of `latin` one an item."""

    shares: Rows
    """Of terms: what share each has in its text; a row adds up to 1, or is empty."""
    asked: Rows
    """Of base forms: how rare each is."""
    given: Rows
    """Of base forms: how much each counts where it is asked for."""
    grams: Rows
    latin: Rows


@dataclass(frozen=True)
class Collection:
    """Profiles of both sides, their items and all rows of them."""

    sides: tuple[tuple[Profile, ...], tuple[Profile, ...]]
    layout: Layout
    readings: Readings
    rows: ItemRows
    sentences: Sentences
    types: Places
    """Shape (items,): the number of the partnership type."""
    kinds: Numbers
    """The partnership types, by their numbers."""
    languages: Numbers
    """The languages, by their numbers."""
    dictionary: Dictionary
    """The words of everybody who is compared with these."""

    @cached_property
    def reading_in(self) -> Places:
        """Shape (languages, items): the reading of an item in a language; -1 where it has none."""
        found = np.full((self.readings.language.max(initial=0) + 1, len(self.types)), -1, dtype=np.int64)
        found[self.readings.language, self.readings.item] = np.arange(len(self.readings.item))
        return found

    def language(self, number: int) -> str:
        """Give the language of a number."""
        return str(list(self.languages.known)[number])

    @cached_property
    def first_reading(self) -> Places:
        """Shape (items,): the reading in the first of its languages."""
        return self.readings.starts[:-1]


class Gatherer:
    """Turns profiles into collections that can be compared with one another."""

    def __init__(self, weights: Weights, memory: Memory) -> None:
        self.weights, self.memory = weights, memory
        self.dictionary, self.languages, self.types = Dictionary(), Numbers(), Numbers()
        self.learnt: Learnt | None = None

    def collect(self, guests: Sequence[Profile], hosts: Sequence[Profile]) -> Collection:
        """Read profiles; the first ones teach how rare words are."""
        sides = tuple(guests), tuple(hosts)
        shelves = [[(p.needs, p.offers)[kind] for p in sides[side]] for side, kind in SHELVES]
        items = list(chain.from_iterable(owned(shelves)))
        layout = _layout(shelves)
        readings = read(items, self.dictionary, self.languages)
        counted = Counted.of(readings, self.dictionary)
        if self.learnt is None:
            self.learnt = Learnt(self.dictionary, self.languages, counted, layout.shelf)
        return Collection(
            sides=sides,
            layout=layout,
            readings=readings,
            rows=self.learnt.rows(counted, layout.shelf, self.weights.texts.first),
            sentences=Sentences(readings, self.memory),
            types=self.types.of(item.partnership_type for item in items),
            kinds=self.types,
            languages=self.languages,
            dictionary=self.dictionary,
        )


def _layout(shelves: Sequence[Sequence[Sequence[object]]]) -> Layout:
    begin, found = 0, []
    for shelf in shelves:
        found.append(np.array([*accumulate(map(len, shelf), initial=begin)], dtype=np.int64))
        begin = int(found[-1][-1])
    return Layout(tuple(found))


def _rarity(counts: Rows, language: Places, of_column: Places) -> Values:
    """Weigh each column by how few rows of its language have it, as `matching.recommending.scoring.bm25.rarity` does.

    Args:
        counts: how often each column occurs in each row.
        language: shape (rows,).
        of_column: shape (columns,): the language of each column.

    """
    having = np.zeros(counts.shape[1])
    for some in _slices(len(counts.indices)):
        having += np.bincount(counts.indices[some], minlength=len(having))
    total = (np.bincount(language, minlength=of_column.max(initial=0) + 1) + BACKGROUND)[of_column]
    greatest = np.log1p((total - 0.5) / 1.5)
    return np.asarray(np.log1p((total - having + 0.5) / (having + 0.5)) / greatest, dtype=np.float32)


def _slices(size: int) -> Iterator[slice]:
    """Go through a long array by parts: what is made on the way stays small."""
    return (slice(start, start + PART) for start in range(0, size, PART))


def _padded(values: Values, size: int) -> Values:
    """What was not met before is as rare as can be."""
    return np.concatenate([values, np.ones(size - len(values), dtype=np.float32)])


def _times(rows: Rows, columns: Values) -> Rows:
    """Multiply each column."""
    return Rows(((rows.data * columns[rows.indices]).astype(np.float32), rows.indices, rows.indptr), shape=rows.shape)


def _unit_length(counts: Rows, rare: Values) -> Rows:
    """Weigh counts where they stand as `bm25.Rows` does, and scale each row to length 1."""
    data, width = counts.data, counts.shape[0]
    np.log(data, out=data)
    data += 1
    for some in _slices(len(data)):
        data[some] *= rare[counts.indices[some]]
    has = np.diff(counts.indptr) > 0
    lengths = np.ones(width, dtype=np.float32)
    lengths[has] = np.sqrt(np.add.reduceat(data**2, counts.indptr[:-1][has])) if has.any() else 1
    data /= np.repeat(lengths, np.diff(counts.indptr))
    return counts
