"""Classifiers of economic activity: what the codes that organisations state are called, by language.

A classifier is a table in a file: a first line with `code` and languages, then a line per code. Its name is the file's.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from packs.heads import PackError, Texts

FOLDER = "classifiers"
"""The folder beside packs that holds them."""
ENDING = ".tsv"
NAME = re.compile(r"[a-z][a-z0-9-]{0,31}\Z")
LONGEST_CODE, LONGEST_TITLE = 32, 1000
CLASS_DIGITS = 4
"""A national code is longer than its class, which is called by so many digits in NACE and in what is made after it."""
_LANGUAGE = re.compile(r"[a-z]{2,3}\Z")
_SEPARATORS = "\t;,"


@dataclass(frozen=True, kw_only=True)
class Classifier:
    """Titles of codes: code as it is written in the file -> language -> title."""

    name: str
    titles: Mapping[str, Texts]
    keys: Mapping[str, str]
    """What tells a code from others, whatever its punctuation -> the code as it is written."""

    @property
    def languages(self) -> list[str]:
        """The languages that it has a title in."""
        return sorted({language for texts in self.titles.values() for language in texts})

    def titles_of(self, code: str) -> Texts:
        """Return what a code is called, or its class where only that is known; nothing for an unknown code."""
        key = _key(code)
        while key not in self.keys and key.isdigit() and len(key) > CLASS_DIGITS:
            key = key[:-1]
        return self.titles[self.keys[key]] if key in self.keys else {}

    def table(self) -> str:
        """Write it as its file is written."""
        written = StringIO()
        lines = csv.writer(written, delimiter="\t", lineterminator="\n")
        lines.writerow(["code", *self.languages])
        lines.writerows([code, *(texts.get(one, "") for one in self.languages)] for code, texts in self.titles.items())
        return written.getvalue()


def read_classifier(name: str, source: str, content: bytes) -> Classifier:
    """Read a table of codes, separated by tabs, semicolons or commas, in UTF-8.

    Raises:
        PackError: names the source, the line and what is wrong there.

    """
    if not NAME.match(name):
        raise PackError(source, f"a classifier cannot be called {name!r}: small letters, digits and hyphens only")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _wrong(source, content.count(b"\n", 0, error.start) + 1, "it is not written in UTF-8") from error
    lines = _lines(source, text)
    _, head = next(lines, (1, []))
    languages = _languages(source, head)
    titles: dict[str, Texts] = {}
    keys: dict[str, str] = {}
    for number, cells in lines:
        code, texts = _entry(source, number, cells, languages)
        if (known := keys.setdefault(_key(code), code)) in titles:
            raise _wrong(source, number, f"{code} is there before, as {known}")
        titles[code] = texts
    if not titles:
        raise PackError(source, "there is no code in it")
    return Classifier(name=name, titles=titles, keys=keys)


def keep(classifier: Classifier, folder: Path) -> Path:
    """Write a classifier into a folder of packs, in the place of the one of that name; whole or not at all."""
    place = folder / FOLDER / f"{classifier.name}{ENDING}"
    place.parent.mkdir(exist_ok=True)
    unfinished = place.with_suffix(".unfinished")
    unfinished.write_text(classifier.table(), encoding="utf-8")
    unfinished.replace(place)
    return place


def said_by(classifiers: Iterable[Classifier], code: str) -> Texts:
    """Return what a code is called; in a language that the first classifier lacks, as the next one calls it."""
    found: dict[str, str] = {}
    for classifier in classifiers:
        found = {**classifier.titles_of(code), **found}
    return found


def _lines(source: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Give the lines that are not empty, with their numbers."""
    first = text.partition("\n")[0]
    separator = next((sign for sign in _SEPARATORS if sign in first), "\t")
    rows = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        begins = rows.line_num + 1
        try:
            row = next(rows, None)
        except csv.Error as error:
            raise _wrong(source, begins, str(error)) from error
        if row is None:
            return
        cells = [" ".join(cell.split()) for cell in row]
        if any(cells):
            yield begins, cells


def _languages(source: str, head: list[str]) -> list[str]:
    name, *languages = [cell.lower() for cell in head] or [""]
    odd = [one for one in languages if not _LANGUAGE.match(one) or languages.count(one) > 1]
    if name != "code" or not languages or odd:
        raise _wrong(source, 1, "it must name the columns: `code`, then each language once, as `code`, `ru`, `en`")
    return languages


def _entry(source: str, number: int, cells: list[str], languages: list[str]) -> tuple[str, Texts]:
    if len(cells) != len(languages) + 1:
        raise _wrong(source, number, f"it has {len(cells)} columns, the first line {len(languages) + 1}")
    code, *written = cells
    if not _key(code) or len(code) > LONGEST_CODE:
        raise _wrong(source, number, f"it must begin with a code of 1 to {LONGEST_CODE} signs")
    texts = {language: title for language, title in zip(languages, written, strict=True) if title}
    if not texts:
        raise _wrong(source, number, f"there is no title of {code}")
    if max(map(len, texts.values())) > LONGEST_TITLE or not all(title.isprintable() for title in texts.values()):
        raise _wrong(source, number, f"the title of {code} is longer than {LONGEST_TITLE} signs, or no text")
    return code, texts


def _wrong(source: str, line: int, cause: str) -> PackError:
    return PackError(source, f"line {line}: {cause}")


def _key(code: str) -> str:
    """Reduce a code to its digits, `31.09.1` to `31091`; one without digits to its letters."""
    return "".join(filter(str.isdecimal, code)) or "".join(filter(str.isalnum, code)).upper()
