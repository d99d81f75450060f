"""Vector cache and its store protocol.

Where vectors outlive the process (a table, in the product), and whether they are made at all.

Vectors of texts, kept so that no text is encoded twice.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import blake2b
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matching.recommending.embeddings.encoder import Encoder, Vectors


class Shelf(Protocol):
    """Keeps the numbers of vectors, as bytes, by model and name of the text."""

    def find(self, model: str, names: Collection[str]) -> Mapping[str, bytes]:
        """Give those of the named texts that are kept."""
        ...

    def keep(self, model: str, vectors: Mapping[str, bytes]) -> None:
        """Keep what was made."""
        ...


_SHELF: ContextVar[Shelf | None] = ContextVar("shelf", default=None)
_HAS_MODEL: ContextVar[bool] = ContextVar("has_model", default=True)


@contextmanager
def at_hand(shelf: Shelf) -> Iterator[None]:
    """Let what is encoded within look here first, and put here what it makes."""
    token = _SHELF.set(shelf)
    try:
        yield
    finally:
        _SHELF.reset(token)


@contextmanager
def model_allowed(*, allowed: bool) -> Iterator[None]:
    """Say whether the model may be loaded within."""
    token = _HAS_MODEL.set(allowed)
    try:
        yield
    finally:
        _HAS_MODEL.reset(token)


def is_model_allowed() -> bool:
    """Whether the model may be loaded."""
    return _HAS_MODEL.get()


def current() -> Shelf | None:
    """The shelf at hand; None where vectors live as long as the process."""
    return _SHELF.get()


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
        kept, model = current(), self._encoder.version
        stored = kept.find(model, missing) if kept else {}
        self._kept |= {name: np.frombuffer(numbers, dtype=STORED) for name, numbers in stored.items()}
        texts = {name: text for name, text in missing.items() if name not in stored}
        made = self._encoder.encode(list(texts.values())).astype(STORED)
        self._kept |= dict(zip(texts, made, strict=True))
        if kept and texts:
            kept.keep(model, {name: vector.tobytes() for name, vector in zip(texts, made, strict=True)})
