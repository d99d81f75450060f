"""Vectors of texts and of their clauses, as whole numbers."""

from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from matching.meaning.centre import centred
from matching.meaning.encoder import Vectors
from matching.meaning.large.reading import Readings
from matching.meaning.large.rows import Places
from matching.meaning.memory import Memory

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
