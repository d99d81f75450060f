"""Russian lemmas and the English stems that translate them; CC BY-SA 3.0, see LICENCE.md beside the data."""

import lzma
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "ru-en.tsv.xz"

Translations = Mapping[str, Mapping[str, float]]
"""Word -> its translations -> weight from 0 to 1: 1 for a word that stands for it alone."""


@cache
def russian_to_english() -> Translations:
    """Read the lexicon once per process, on first use: it takes a third of a second."""
    rows = lzma.decompress(FILE.read_bytes()).decode().split("\n")
    return {lemma: _weights(stems) for lemma, stems in (row.split("\t") for row in rows)}


def _weights(stems: str) -> dict[str, float]:
    return {stem: float(weight) for stem, weight in (pair.split(":") for pair in stems.split(" "))}
