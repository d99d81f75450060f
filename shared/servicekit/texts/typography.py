"""Soft hyphens, highlights.

Soft hyphens for long words, since browsers on Linux cannot divide Russian ones.

Marks over the words that met, and ties between what a line must not part.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

SOFT_HYPHEN = "\u00ad"
LONG = 10
"""Letters from which a word is divided."""
SIDE = 3
"""Letters that stay together at either end of a word."""

_WORD = re.compile(rf"[^\W\d_]{{{LONG},}}")
_TAG_OR_ENTITY = re.compile(r"(<[^>]*>|&#?\w+;)")


@dataclass(frozen=True, kw_only=True)
class Script:
    """How a script divides: what may begin a syllable, what is never parted, what closes a syllable."""

    vowels: frozenset[str]
    onsets: frozenset[str]
    closers: frozenset[str] = frozenset()
    pairs: frozenset[str] = frozenset()
    open_syllables: bool = True
    """Whether a lone consonant between vowels always begins the next syllable (in English it may close the last)."""


CYRILLIC = Script(
    vowels=frozenset("аеёиоуыэюяәөүұіїєў"),
    onsets=frozenset({first + liquid for first in "бвгдкптфх" for liquid in "рл"} | {"ск", "сл", "ст", "ств", "стр"}),
    closers=frozenset("йьъ"),
)
LATIN = Script(
    vowels=frozenset("aeiouyáéíóúäöüàèâêô"),
    onsets=frozenset(
        {first + liquid for first in "bcdfgpt" for liquid in "rl"}
        | {"ch", "sh", "th", "ph", "wh", "qu", "st", "str", "sc", "scr"}
    )
    - {"dl", "tl"},
    pairs=frozenset({"ch", "sh", "th", "ph", "wh", "gh", "ck", "qu", "ng"}),
    open_syllables=False,
)


def shy(text: str) -> str:
    """Put soft hyphens into words of ten letters and more, each by the rules of its own script; tags stay whole."""
    if not isinstance(text, Markup):
        return _WORD.sub(lambda word: divided(word[0]), str(text))
    parts = (
        part if _TAG_OR_ENTITY.fullmatch(part) else _WORD.sub(_divide, part) for part in _TAG_OR_ENTITY.split(text)
    )
    return Markup("".join(parts))  # noqa: S704  the text was safe, and soft hyphens keep it so


def divided(word: str) -> str:
    """Put soft hyphens between the syllables of one word."""
    letters = word.lower()
    script = CYRILLIC if any(letter in CYRILLIC.vowels for letter in letters) else LATIN
    places = [place for place in _places(letters, script) if SIDE <= place <= len(word) - SIDE]
    cuts = [0, *places, len(word)]
    return SOFT_HYPHEN.join(word[start:end] for start, end in pairwise(cuts))


def _divide(word: re.Match[str]) -> str:
    return divided(word[0])


def _places(letters: str, script: Script) -> list[int]:
    vowels = [place for place, letter in enumerate(letters) if letter in script.vowels]
    found = (_place(letters, left + 1, right, script) for left, right in pairwise(vowels))
    return [place for place in found if place is not None]


def _place(letters: str, start: int, end: int, script: Script) -> int | None:
    """Find where the consonants `letters[start:end]` between two vowels part, if they may."""
    run = letters[start:end]
    if not run or (not script.open_syllables and (len(run) == 1 or run in script.onsets | script.pairs)):
        return None
    closed = max((place + 1 for place, letter in enumerate(run) if letter in script.closers), default=0)
    if closed == len(run):
        return _after_closer(letters, start, end)
    place = end - _onset(run[closed:], script)
    return None if letters[place - 1 : place + 1] in script.pairs else place


def _after_closer(letters: str, start: int, end: int) -> int:
    """Part «рай-он» and «объ-ект», but «ком-пьютер» before the consonant that the soft sign follows."""
    return max(start, end - 2) if letters[end - 1] == "ь" else end


def _onset(run: str, script: Script) -> int:
    return max((size for size in range(1, len(run) + 1) if size == 1 or run[-size:] in script.onsets), default=1)


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
