"""Marks over the words that met, and ties between what a line must not part."""

import re
from collections.abc import Iterable
from itertools import pairwise

from markupsafe import Markup, escape

NO_BREAK = "\u00a0"

_TIES = re.compile(
    r"(?<=\d)[ ](?=[^\W\d_]{1,5}\b)"  # 25 млн
    r"|[ ](?=[%₽$€—–])"
    r"|(?<=№)[ ](?=\d)"
    r"|(?<=\b[А-ЯЁA-Z]\.)[ ](?=[А-ЯЁA-Z][.\w])"  # Г. Р.
    r"|(?<=[А-ЯЁа-яёA-Za-z])[ ](?=[А-ЯЁA-Z]\.(?:[ ]?[А-ЯЁA-Z]\.|\W|$))"  # Аистов Г.
    r"|(?<=(?<!\w)[А-ЯЁа-яё])[ ](?=\w)"  # в Калуге
    r"|(?<=(?<!\w)[А-ЯЁа-яё]{2})[ ](?=[А-ЯЁа-яё\d])"  # на Каче
)


def nbsp(text: str) -> str:
    """Tie numbers to units, initials to surnames and short words to the next with spaces that do not break."""
    tied = _TIES.sub(NO_BREAK, str(text))
    return Markup(tied) if isinstance(text, Markup) else tied  # noqa: S704  it was safe before


def marked(text: str, spans: Iterable[tuple[int, int]]) -> Markup:
    """Escape a text and mark the characters of each span `(start, end)`; spans may overlap or reach beyond it."""
    merged = _merged(text, spans)
    edges = [0, *(edge for span in merged for edge in span), len(text)]
    pieces = (
        Markup("<mark>{}</mark>").format(text[start:end]) if place % 2 else escape(text[start:end])
        for place, (start, end) in enumerate(pairwise(edges))
    )
    return Markup("").join(pieces)


def _merged(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted((max(0, start), min(len(text), end)) for start, end in spans):
        if start >= end:
            continue
        if merged and not text[merged[-1][1] : start].strip():
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
