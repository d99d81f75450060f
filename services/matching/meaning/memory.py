"""Vectors of texts, kept so that no text is encoded twice."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from matching.meaning import shelf
from matching.meaning.encoder import Encoder, Vectors

Half = NDArray[np.float16]

MOST = 200_000
"""Vectors kept in a process, 200 MB of 512 numbers each; beyond it those that came first are forgotten."""
STORED = np.dtype("<f2")


def digest(text: str) -> str:
    """Name a text by its hash: nobody reads the text from it."""
    return blake2b(text.encode(), digest_size=16).hexdigest()


class Memory:
    """Vectors of one model by the hash of their text, in half precision: the same whether new or from a shelf."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._kept: dict[str, Half] = {}

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        return self._encoder.dimensions

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Give the vector of each text and encode those not met before. Shape (texts, dimensions)."""
        found = [self._kept[name] for name in self._known(texts)]
        self._forget()
        return np.array(found, dtype=np.float32).reshape(len(found), self._encoder.dimensions)

    def learn(self, texts: Sequence[str]) -> None:
        """Encode texts not met before, and keep their vectors."""
        self._known(texts)
        self._forget()

    def fill(self, texts: Sequence[str], find: Callable[[str, list[str]], Mapping[str, bytes]]) -> None:
        """Take vectors from where they are kept, for texts that will be asked for."""
        stored = find(self._encoder.version, list({digest(text) for text in texts}))
        self._kept |= {name: np.frombuffer(numbers, dtype=STORED) for name, numbers in stored.items()}

    def _known(self, texts: Sequence[str]) -> list[str]:
        """Give the names of texts, whose vectors are there now."""
        names = [digest(text) for text in texts]
        missing = {name: text for name, text in zip(names, texts, strict=True) if name not in self._kept}
        if missing:
            self._fetch(missing)
        return names

    def _forget(self) -> None:
        while len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]

    def _fetch(self, missing: dict[str, str]) -> None:
        kept, model = shelf.current(), self._encoder.version
        stored = kept.find(model, missing) if kept else {}
        self._kept |= {name: np.frombuffer(numbers, dtype=STORED) for name, numbers in stored.items()}
        texts = {name: text for name, text in missing.items() if name not in stored}
        made = self._encoder.encode(list(texts.values())).astype(STORED)
        self._kept |= dict(zip(texts, made, strict=True))
        if kept and texts:
            kept.keep(model, {name: vector.tobytes() for name, vector in zip(texts, made, strict=True)})
