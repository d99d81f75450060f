"""Rebuild the lexicon from two FreeDict dictionaries.

`python -m matching.recommending.text.lexicon.make /usr/share/dictd`

They come in Debian's packages dict-freedict-rus-eng and dict-freedict-eng-rus. Each entry gives pairs of a Russian
lemma and an English stem; where a side has n words, each of them is worth 1/n. Longer phrases are left out.
"""

import gzip
import lzma
import re
import string
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
import pymorphy3
import snowballstemmer

from matching.recommending.text.lexicon import FILE

DIGITS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
MOST_WORDS = 2
ENGLISH_FILLERS = frozenset({"a", "an", "the", "to", "of", "be", "in", "on", "for", "s", "or", "and", "with", "at"})
CYRILLIC, LATIN = re.compile(r"[а-яё]+(?:-[а-яё]+)*"), re.compile(r"[a-z]+")
SENSE, PHONETIC = re.compile(r"^\d+\. "), re.compile(r"(?://.*//|/[^/]*/)?\s*(?:<[^>]*>)?\s*$")


def entries(folder: Path, name: str) -> Iterator[tuple[str, list[str]]]:
    """Read a dictionary in the format of dictd: each headword with its translations."""
    text = gzip.decompress((folder / f"{name}.dict.dz").read_bytes())
    for line in (folder / f"{name}.index").read_text(encoding="utf-8").splitlines():
        _, start, length = line.split("\t")
        entry = text[_number(start) : _number(start) + _number(length)].decode("utf-8")
        head, *rest = [row for row in entry.splitlines() if row.strip()] or [""]
        yield PHONETIC.sub("", head).strip(), list(_translations(rest))


def _translations(rows: list[str]) -> Iterator[str]:
    """Take the line of each sense; what stands below it explains, often at length, and is skipped."""
    is_numbered = any(SENSE.match(row) for row in rows)
    senses = [SENSE.sub("", row) for row in rows if SENSE.match(row)] if is_numbered else rows[:1]
    for sense in senses:
        yield from (part.strip() for part in sense.split(","))


def _number(digits: str) -> int:
    value = 0
    for digit in digits:
        value = value * 64 + DIGITS.index(digit)
    return value


class Words:
    """Cuts phrases into lemmas and stems."""

    def __init__(self) -> None:
        self._morphology = pymorphy3.MorphAnalyzer()
        self._stemmer = snowballstemmer.stemmer("english")

    def lemmas(self, phrase: str) -> list[str]:
        """Give the lemmas of a Russian phrase, with е for ё; stress marks are no letters."""
        plain = unicodedata.normalize("NFC", unicodedata.normalize("NFD", phrase.lower()).replace("\u0301", ""))
        return [
            self._morphology.parse(word)[0].normal_form.replace("ё", "е") for word in CYRILLIC.findall(_bare(plain))
        ]

    def stems(self, phrase: str) -> list[str]:
        """Give the stems of an English phrase without its fillers."""
        words = [word for word in LATIN.findall(_bare(phrase.lower())) if word not in ENGLISH_FILLERS]
        return [str(stem) for stem in self._stemmer.stemWords(words)]


def _bare(phrase: str) -> str:
    return re.sub(r"\([^)]*\)", " ", phrase)


def pairs(words: Words, folder: Path) -> Iterator[tuple[list[str], list[str]]]:
    """Give each Russian phrase with an English one that translates it."""
    for head, translations in entries(folder, "freedict-rus-eng"):
        russian = words.lemmas(head)
        yield from ((russian, words.stems(translation)) for translation in translations)
    for head, translations in entries(folder, "freedict-eng-rus"):
        english = words.stems(head)
        yield from ((words.lemmas(translation), english) for translation in translations)


def lexicon(found: Iterable[tuple[list[str], list[str]]]) -> dict[str, dict[str, float]]:
    """Weigh each English stem of each Russian lemma, from 0 to 1: the greatest weight of any entry counts."""
    weights: dict[str, dict[str, float]] = defaultdict(dict)
    for russian, english in found:
        if 0 < len(russian) <= MOST_WORDS and 0 < len(english) <= MOST_WORDS:
            weight = 1 / (len(russian) * len(english))
            for lemma in russian:
                for stem in english:
                    weights[lemma][stem] = max(weight, weights[lemma].get(stem, 0))
    return weights


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(folder: Path) -> None:
    """Write the lexicon from the dictionaries in FOLDER."""
    weights = lexicon(pairs(Words(), folder))
    rows = [
        f"{lemma}\t" + " ".join(f"{stem}:{weight:g}" for stem, weight in sorted(weights[lemma].items()))
        for lemma in sorted(weights)
        if len(lemma) > 1
    ]
    FILE.write_bytes(lzma.compress("\n".join(rows).encode(), preset=9))
    click.echo(f"{len(rows)} lemmas, {FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
