"""Mistyped Russian words: one letter away from a word of the dictionary, while they are none themselves."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

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
