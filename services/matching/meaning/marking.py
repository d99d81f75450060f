"""Marks of words that met in texts, from vectors that are kept: nobody loads the model to show a page."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from matching.domain.recommendations import Span
from matching.domain.scores import TextWeights
from matching.meaning.encoder import Vectors, installed
from matching.meaning.marks import met
from matching.meaning.memory import Memory
from matching.meaning.texts import Text
from matching.meaning.word_likeness import WordLikeness

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
