"""Items of one side as arrays: sentence vectors, words with weights, owners."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from matching.domain.items import Item, Profile
from matching.meaning.centre import centred
from matching.meaning.encoder import Vectors, unit_length
from matching.meaning.memory import Memory
from matching.meaning.texts import Term, Text

MOST_TERMS = 16
"""Words of an item that are compared; what comes after them names the thing less."""
SENTENCE_WIDTH, WORD_WIDTH = 256, 64
"""Principal directions that are kept, of 512."""
WORDS_IN_SHORTLIST = 0.5
"""Weight of the mean of an item's word vectors beside its sentence vector."""
SAMPLE = 5_000

Places = NDArray[np.int64]


@dataclass(frozen=True)
class Arrays:
    """Items one profile after the other; those of profile i stand from `starts[i]` up to `starts[i + 1]`."""

    starts: Places
    types: tuple[str, ...]
    sentences: Vectors
    words: Vectors
    """Shape (items, MOST_TERMS, WORD_WIDTH); missing words are zeros."""
    shares: Vectors
    """Shape (items, MOST_TERMS): the weight of each word in its item; a row adds up to 1, or is empty."""

    @cached_property
    def wide(self) -> Vectors:
        """One vector a profile for the shortlist: the mean of its items. Shape (profiles, dimensions)."""
        means = np.einsum("itw,it->iw", self.words, self.shares)
        both = np.concatenate([self.sentences, np.sqrt(WORDS_IN_SHORTLIST) * unit_length(means)], axis=1)
        counts = np.diff(self.starts)
        found = np.zeros((len(counts), both.shape[1]), dtype=np.float32)
        np.add.at(found, np.repeat(np.arange(len(counts)), counts), both)
        return np.asarray(found / np.maximum(counts, 1)[:, None], dtype=np.float32)


@dataclass(frozen=True)
class Turns:
    """How vectors are turned into principal directions; made once a mission, and good for whoever comes later."""

    sentences: Vectors
    words: Vectors

    @classmethod
    def of(cls, profiles: Sequence[Profile], memory: Memory) -> "Turns":
        """Find the directions from a sample of the items."""
        items = [item for profile in profiles for item in (*profile.needs, *profile.offers)]
        texts = [text_of(item) for item in items[:: max(1, len(items) // SAMPLE)]]
        terms = sorted({term for text in texts for term in text.terms}, key=lambda t: (t.spelling, t.language))
        sentences = sentence_vectors(texts, memory)
        return cls(
            _directions(sentences, SENTENCE_WIDTH), _directions(word_vectors(terms[:SAMPLE], memory), WORD_WIDTH)
        )


def _directions(vectors: Vectors, width: int) -> Vectors:
    _, found = np.linalg.eigh(vectors.T @ vectors)
    return np.asarray(found[:, ::-1][:, :width], dtype=np.float32)


def text_of(item: Item) -> Text:
    """Give the text of an item in the first of its languages."""
    language = min(item.texts)
    return Text(item.texts[language], language)


def sentence_vectors(texts: Sequence[Text], memory: Memory) -> Vectors:
    """Give centred vectors of whole texts."""
    return centred(memory.vectors([text.text for text in texts]), [text.language for text in texts], "texts")


def word_vectors(terms: Sequence[Term], memory: Memory) -> Vectors:
    """Give centred vectors of words."""
    return centred(memory.vectors([term.spelling for term in terms]), [term.language for term in terms], "words")


@dataclass(frozen=True)
class Reader:
    """Turns items into arrays, always in the same way."""

    memory: Memory
    turns: Turns
    rarity: dict[Term, float]
    first: float

    def arrays(self, owned: Sequence[Sequence[Item]]) -> Arrays:
        """Read the items of several profiles."""
        items = [item for own in owned for item in own]
        texts = [text_of(item) for item in items]
        terms = [text.terms[:MOST_TERMS] for text in texts]
        known = {term: place for place, term in enumerate(dict.fromkeys(t for row in terms for t in row), start=1)}
        table = np.zeros((len(known) + 1, WORD_WIDTH), dtype=np.float32)
        table[1:] = unit_length(word_vectors(list(known), self.memory) @ self.turns.words)
        places = np.zeros((len(items), MOST_TERMS), dtype=np.int64)
        shares = np.zeros((len(items), MOST_TERMS), dtype=np.float32)
        for row, own in enumerate(terms):
            weights = [self.rarity.get(t, 1.0) * (self.first if n == 0 else 1) for n, t in enumerate(own)]
            places[row, : len(own)] = [known[term] for term in own]
            shares[row, : len(own)] = np.array(weights, dtype=np.float32) / (sum(weights) or 1)
        return Arrays(
            starts=np.array(list(accumulate(map(len, owned), initial=0)), dtype=np.int64),
            types=tuple(item.partnership_type for item in items),
            sentences=unit_length(sentence_vectors(texts, self.memory) @ self.turns.sentences),
            words=table[places],
            shares=shares,
        )
