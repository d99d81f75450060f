"""Tokens, lemmas, spelling, transliteration.

Mistyped Russian words: one letter away from a word of the dictionary, while they are none themselves.

Cyrillic in Latin letters: enough for a lazer to meet a laser.

Words that any company writes about itself: they never carry a match.

Words of a text with their places and base forms: lemmas in Russian, Snowball stems elsewhere.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import pymorphy3
import snowballstemmer

LEAST = 5
"""Shorter words are one letter away from too many others."""
ALPHABET = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
NAMES = frozenset({"Name", "Surn", "Patr", "Geox", "Orgn", "Trad", "Abbr"})

THINGS = frozenset({"NOUN", "ADJF"})
"""Parts of speech that offers and needs mostly consist of."""


class Speller:
    """Guesses what was meant, by the words and forms of a morphological dictionary."""

    def __init__(self, morphology: Any) -> None:
        self._morphology = morphology
        self.meant: Callable[[str], str] = lru_cache(maxsize=100_000)(self._meant)

    def _meant(self, spelling: str) -> str:
        """Give the word that was probably meant by a plain spelling; the spelling itself if nobody can tell."""
        if len(spelling) < LEAST or self._morphology.word_is_known(spelling):
            return spelling
        known = [one for one in _one_mistake_away(spelling) if self._morphology.word_is_known(one)]
        tags = {one: self._morphology.parse(one)[0].tag for one in known}
        common = [one for one in known if not NAMES & tags[one].grammemes]
        return next((one for one in common if tags[one].POS in THINGS), next(iter(common), spelling))


def _one_mistake_away(word: str) -> Iterator[str]:
    """Undo one mistake behind the first letter: exchanged, superfluous, forgotten, and wrong letters, in this order."""
    cuts = [(word[:place], word[place:]) for place in range(1, len(word) + 1)]
    yield from (head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1)
    yield from (head + tail[1:] for head, tail in cuts if tail)
    yield from (head + letter + tail for head, tail in cuts for letter in ALPHABET)
    yield from (head + letter + tail[1:] for head, tail in cuts if tail for letter in ALPHABET)


LATIN = str.maketrans(
    {
        **dict(zip("абвгдезийклмнопрстуфхцыэ", "abvgdezijklmnoprstufhcye", strict=True)),
        "ё": "e",
        "ж": "zh",
        "ч": "ch",
        "ш": "sh",
        "щ": "sch",
        "ъ": "",
        "ь": "",
        "ю": "yu",
        "я": "ya",
    }
)


def in_latin(word: str) -> str:
    """Spell a lower-case word in Latin letters; what is Latin already stays."""
    return word.translate(LATIN)


@cache
def generic_words() -> frozenset[str]:
    """Russian lemmas (е for ё) and plain English words, from `generic_words.txt`."""
    return frozenset(files(__package__).joinpath("generic_words.txt").read_text(encoding="utf-8").split())


LETTERS = re.compile(r"[^\W\d_]{2,}")
PURPOSE = re.compile(r"\b(?:для|for|für|pour|para|için)\b[^,;:.•\n()]*", re.IGNORECASE)
"""What a thing is for, up to the next punctuation."""
CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
MEANINGFUL = frozenset({"NOUN", "ADJF", "ADJS", "COMP", "VERB", "INFN", "PRTF", "PRTS", "GRND"})
SNOWBALL = {
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "ro": "romanian",
    "sr": "serbian",
    "tr": "turkish",
}


@dataclass(frozen=True)
class Word:
    """A word that can carry a match: its place in the text, its plain spelling and its base form.

    `is_purpose` tells a word that says what the thing is for from one that says what it is.
    """

    start: int
    end: int
    spelling: str
    base: str
    is_purpose: bool = False


def meaningful_words(text: str, language: str) -> tuple[Word, ...]:
    """Find the words of a text that say something: neither function words nor commonplaces nor places."""
    found = ((start, written, meant(written, language), is_purpose) for start, written, is_purpose in occurrences(text))
    return tuple(
        Word(start, start + len(written), spelling, base, is_purpose)
        for start, written, spelling, is_purpose in found
        if (base := base_form(spelling, language)) is not None
    )


def occurrences(text: str) -> Iterator[tuple[int, str, bool]]:
    """Give where each word of a text begins, as it is written, and whether it says what something is for."""
    purposes = [match.span() for match in PURPOSE.finditer(text)]
    for match in LETTERS.finditer(text):
        start = match.start()
        yield start, match.group(), any(begin <= start < end for begin, end in purposes)


@lru_cache(maxsize=100_000)
def base_form(spelling: str, language: str) -> str | None:
    """Reduce a plain word to the form that its inflections share; None for a word that carries no match.

    A Cyrillic word of a Russian text is looked up in the dictionary; a Latin word within it is stemmed as English.
    """
    if spelling in generic_words():
        return None
    if language == "ru" and CYRILLIC.search(spelling):
        return _lemma(spelling)
    stemmer = _stemmer("en" if language == "ru" else language)
    return str(stemmer.stemWord(spelling)) if stemmer else spelling


def plain(word: str) -> str:
    """Write a word in small letters, and ё as е."""
    return word.lower().replace("ё", "е")


def _lemma(spelling: str) -> str | None:
    """Give the dictionary form of a Russian word; None for function words, commonplaces and names of places.

    Everybody of a mission names its regions: that says where, not what.
    """
    parse = _morphology().parse(spelling)[0]
    lemma = plain(parse.normal_form)
    is_known_filler = parse.tag.POS is not None and parse.tag.POS not in MEANINGFUL
    is_place = "Geox" in parse.tag and bool(parse.is_known)
    return None if is_known_filler or is_place or lemma in generic_words() else lemma


def meant(word: str, language: str) -> str:
    """Spell a word plainly; a mistyped Russian one as it was probably meant."""
    spelling = plain(word)
    return _speller().meant(spelling) if language == "ru" and CYRILLIC.search(spelling) else spelling


@cache
def _speller() -> Speller:
    return Speller(_morphology())


@cache
def _morphology() -> Any:
    """Load the dictionary once per process, on the first Russian word: it takes a quarter of a second."""
    return pymorphy3.MorphAnalyzer()


@cache
def _stemmer(language: str) -> Any:
    name = SNOWBALL.get(language)
    return snowballstemmer.stemmer(name) if name else None
