"""How alike texts are as a whole and clause by clause: cosine of their sentence embeddings."""

from collections.abc import Sequence
from itertools import chain

import numpy as np

from matching.recommending.embeddings.cache import Memory
from matching.recommending.embeddings.centring import centred
from matching.recommending.embeddings.encoder import Vectors
from matching.recommending.text.clauses import Text
from matching.recommending.text.word_similarity import Table


class SenseLikeness:
    """Compares texts by the vectors that a memory gives or makes.

    Half of the share of clauses is that of the whole query with the document's best clause, half that of each clause
    of the query with its best one.
    """

    def __init__(self, clauses: float, memory: Memory) -> None:
        self._clauses = clauses
        self._memory = memory

    def compare(self, queries: Sequence[Text], documents: Sequence[Text]) -> Table:
        """Say how near the meaning of each document is to that of each query, from -1 to 1."""
        whole, parts, starts = self._vectors(documents)
        asked, asked_parts, asked_starts = self._vectors(queries)
        if not len(asked) or not len(whole):
            return np.zeros((len(asked), len(whole)), dtype=np.float32)
        best = np.maximum.reduceat(asked @ parts.T, starts, axis=1)
        each = np.maximum.reduceat(asked_parts @ parts.T, starts, axis=1)
        counts = np.diff([*asked_starts, len(asked_parts)])[:, None]
        mean = np.add.reduceat(each, asked_starts, axis=0) / counts
        parted = self._clauses * (best + mean) / 2
        return np.asarray((1 - self._clauses) * (asked @ whole.T) + parted, dtype=np.float32)

    def _vectors(self, texts: Sequence[Text]) -> tuple[Vectors, Vectors, list[int]]:
        """Give the vectors of texts, those of their clauses, and where the clauses of each begin."""
        clauses = [text.clauses for text in texts]
        starts = [0, *np.cumsum([len(parts) for parts in clauses])[:-1].tolist()]
        whole = self._centred([text.meant for text in texts], [text.language for text in texts])
        languages = [text.language for text, parts in zip(texts, clauses, strict=True) for _ in parts]
        return whole, self._centred(list(chain.from_iterable(clauses)), languages), starts

    def _centred(self, texts: list[str], languages: list[str]) -> Vectors:
        return centred(self._memory.vectors(texts), languages, "texts")
