"""What shortlists are made by: vectors of items turned into their principal directions, and their means."""

from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from matching.meaning.encoder import Vectors, unit_length
from matching.meaning.large.collection import GUESTS, HOSTS, NEEDS, OFFERS, Collection, Gatherer
from matching.meaning.large.rows import Places, Values
from matching.meaning.word_likeness import word_vectors

SENTENCE_WIDTH, WORD_WIDTH = 256, 64
"""Principal directions that are kept, of 512."""
WORDS_IN_SHORTLIST = 0.5
"""Weight of the mean of an item's word vectors beside its sentence vector."""
SAMPLE = 5_000
AT_ONCE = 4_000
"""Items whose sentences are turned at once."""


@dataclass(frozen=True)
class Turns:
    """How vectors are turned into principal directions; made once a mission, and good for whoever comes later."""

    sentences: Vectors
    words: Vectors
    terms: Vectors
    """The vectors of the words of the mission, turned."""

    @classmethod
    def of(cls, mission: Collection, gatherer: Gatherer) -> "Turns":
        """Find the directions from a sample of the items."""
        whole, size = mission.sentences.whole, mission.rows.shares.shape[1]
        terms = gatherer.dictionary.listed_terms[:size]  # who is compared later may have added others
        some = mission.sentences.vectors[np.unique(whole[:: max(1, len(whole) // SAMPLE)])].astype(np.float32)
        vectors = word_vectors(terms, gatherer.memory)
        words = _directions(vectors[:: max(1, len(terms) // SAMPLE)], WORD_WIDTH)
        return cls(_directions(some, SENTENCE_WIDTH), words, unit_length(vectors @ words))


@dataclass(frozen=True)
class Briefs:
    """What is multiplied of items and profiles: their sentences, and with them the mean of their words."""

    sentences: Values
    """Shape (items, SENTENCE_WIDTH)."""
    wide: dict[tuple[int, int], Values]
    """By side and kind, shape (profiles, dimensions): the mean of the items of each."""

    @classmethod
    def of(cls, mission: Collection, turns: Turns) -> "Briefs":
        """Turn the vectors of the first reading of each item."""
        first, part = mission.first_reading, AT_ONCE
        whole = mission.sentences.whole[first]
        sentences = np.zeros((len(whole), turns.sentences.shape[1]), dtype=np.float32)
        for start in range(0, len(whole), part):
            vectors = mission.sentences.vectors[whole[start : start + part]].astype(np.float32)
            sentences[start : start + part] = unit_length(vectors @ turns.sentences)
        means = np.float32(np.sqrt(WORDS_IN_SHORTLIST)) * unit_length(
            mission.rows.shares[first][:, : len(turns.terms)] @ turns.terms
        )
        sides = {(side, kind): mission.layout.of(side, kind) for side in (GUESTS, HOSTS) for kind in (NEEDS, OFFERS)}
        return cls(sentences, {shelf: _means((sentences, means), starts) for shelf, starts in sides.items()})


def _directions(vectors: Vectors, width: int) -> Vectors:
    _, found = np.linalg.eigh(vectors.T @ vectors)
    return np.asarray(found[:, ::-1][:, :width], dtype=np.float32)


def _means(parts: tuple[Values, ...], starts: Places) -> Values:
    """Give the means of the items of each owner, of all parts side by side."""
    counts, widths = np.diff(starts), [0, *accumulate(part.shape[1] for part in parts)]
    found = np.zeros((len(counts), widths[-1]), dtype=np.float32)
    owner = np.repeat(np.arange(len(counts)), counts)
    for (begin, end), part in zip(pairwise(widths), parts, strict=True):
        np.add.at(found[:, begin:end], owner, part[starts[0] : starts[-1]])
    found /= np.maximum(counts, 1).astype(np.float32)[:, None]
    return found
