"""Words of a text with their places and base forms: lemmas in Russian, Snowball stems elsewhere."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import pymorphy3
import snowballstemmer

from matching.lexical.generic import generic_words
from matching.lexical.spelling import Speller

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
