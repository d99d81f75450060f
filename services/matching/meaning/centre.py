"""The middle of all vectors, taken off so that only what tells texts apart is compared.

It is that of a fixed background, not of the mission: a score then hangs on the two texts alone, a new profile changes
nobody else's, and a mission of two has a middle as good as one of thousands.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np

from matching.meaning.encoder import Vectors, unit_length

FILE = Path(__file__).parent / "background.npz"

Kind = Literal["texts", "words"]


def centred(vectors: Vectors, languages: Sequence[str], kind: Kind) -> Vectors:
    """Take from each vector the middle of its language and scale it to unit length. Shape (texts, dimensions)."""
    known = {language: background(kind, language) for language in sorted(set(languages))}
    return unit_length(vectors - np.stack([known[language] for language in languages])) if known else vectors


@cache
def background(kind: Kind, language: str) -> Vectors:
    """The middle of many texts or words of a language, and of all languages where it is not known."""
    with np.load(FILE) as stored:
        name = f"{kind}-{language}"
        return np.asarray(stored[name if name in stored else kind])
