"""Texts of offers and needs, read: their words with base forms, and the clauses that they consist of."""

import re
from dataclasses import dataclass
from functools import lru_cache

from matching.recommending.text.words import Word, meaningful_words, plain

CUT = re.compile(r"[;:.•\n()]|, (?=\w+ \w+)")
LEAST_CLAUSE = 4


@dataclass(frozen=True, slots=True)
class Term:
    """A word as it is compared: what is embedded of it, its base form, and its language."""

    spelling: str
    base: str
    language: str


@dataclass(frozen=True)
class Text:
    """One text in one language."""

    text: str
    language: str

    @property
    def terms(self) -> tuple[Term, ...]:
        """The words that say something, each once, in their order."""
        return _terms(self.text, self.language)

    @property
    def places(self) -> tuple[tuple[Word, Term], ...]:
        """Every occurrence of a word that says something, with what is compared of it."""
        return tuple((word, term_of(word, self.language)) for word in meaningful_words(self.text, self.language))

    @property
    def meant(self) -> str:
        """The text without mistyped words."""
        return _meant(self.text, self.language)

    @property
    def clauses(self) -> tuple[str, ...]:
        """The parts that punctuation sets apart; the whole text where it has none."""
        parts = (part.strip() for part in CUT.split(self.meant))
        return tuple(part for part in parts if len(part) >= LEAST_CLAUSE) or (self.meant,)


@lru_cache(maxsize=50_000)
def _terms(text: str, language: str) -> tuple[Term, ...]:
    return tuple(dict.fromkeys(term_of(word, language) for word in meaningful_words(text, language)))


@lru_cache(maxsize=50_000)
def _meant(text: str, language: str) -> str:
    found, end = "", 0
    for word in meaningful_words(text, language):
        is_mistyped = word.spelling != plain(text[word.start : word.end])
        found += text[end : word.start] + (word.spelling if is_mistyped else text[word.start : word.end])
        end = word.end
    return found + text[end:]


def term_of(word: Word, language: str) -> Term:
    """Give what is compared of a word: a lemma is a word that the model knows, a stem is none."""
    return _term(word.base if language == "ru" else word.spelling, word.base, language)


@lru_cache(maxsize=100_000)
def _term(spelling: str, base: str, language: str) -> Term:
    """One and the same for every text that has the word: texts by the ten thousand are kept."""
    return Term(spelling, base, language)
