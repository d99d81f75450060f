"""How well texts answer texts: what they mean as a whole, and word by word."""

from collections.abc import Sequence

import numpy as np

from matching.recommending.embeddings.cache import Memory
from matching.recommending.matrix.sentence_similarity import SenseLikeness
from matching.recommending.matrix.word_alignment import WordLikeness
from matching.recommending.text.clauses import Text
from matching.recommending.text.word_similarity import Table
from matching.recommending.weights import TextWeights


class TextLikeness:
    """Compares texts in any languages; without a memory (no model installed) by their words alone."""

    def __init__(self, texts: Sequence[Text], weights: TextWeights, memory: Memory | None) -> None:
        self._weights = weights
        self.words = WordLikeness(texts, weights, memory)
        self._sense = SenseLikeness(weights.clauses, memory) if memory and weights.sentences else None

    def compare(self, queries: Sequence[Text], documents: Sequence[Text]) -> Table:
        """Say how well each document answers each query, dimensionless, about 0 to 2. Shape (queries, documents)."""
        found = np.zeros((len(queries), len(documents)), dtype=np.float32)
        if self._weights.words:
            found += self._weights.words * self.words.compare(queries, documents)
        if self._sense:
            found += self._weights.sentences * self._sense.compare(queries, documents)
        return found
