"""Classifiers of economic activities: titles of the activity codes of organisations, by language.

A classifier is a table in a file: a header with `code` and language codes, then one line per code. The name of the
file is the name of the classifier. `nace2` is built in; `make` generates it.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from packs.models import PackError, Texts

FOLDER = "classifiers"
"""Name of the folder with classifiers among packs."""
SUFFIX = ".tsv"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}\Z")
MAX_CODE_LENGTH, MAX_TITLE_LENGTH = 32, 1000
CLASS_DIGITS = 4
"""Digits of a class in NACE and its national versions, whose codes may have more digits."""
_LANGUAGE = re.compile(r"[a-z]{2,3}\Z")
_SEPARATORS = "\t;,"


@dataclass(frozen=True, kw_only=True)
class Classifier:
    """A classifier. `titles`: code as written in the file -> language -> title."""

    name: str
    titles: Mapping[str, Texts]
    keys: Mapping[str, str]
    """Normalised code, without punctuation -> code as written in the file."""

    @property
    def languages(self) -> list[str]:
        """Codes of the languages of the titles, sorted."""
        return sorted({language for texts in self.titles.values() for language in texts})

    def titles_of(self, code: str) -> Texts:
        """Return the titles of a code by language; those of its class if the code is unknown; empty if both are."""
        key = _normalise(code)
        while key not in self.keys and key.isdigit() and len(key) > CLASS_DIGITS:
            key = key[:-1]
        return self.titles[self.keys[key]] if key in self.keys else {}

    def table(self) -> str:
        """Return the content of the file of the classifier."""
        text = StringIO()
        writer = csv.writer(text, delimiter="\t", lineterminator="\n")
        writer.writerow(["code", *self.languages])
        writer.writerows(
            [code, *(texts.get(language, "") for language in self.languages)] for code, texts in self.titles.items()
        )
        return text.getvalue()


def read_classifier(name: str, source: str, content: bytes) -> Classifier:
    """Parse a classifier: UTF-8, columns separated by tabs, semicolons or commas.

    `source` is the path for error messages.

    Raises:
        PackError: the name or the table is invalid; the message has the source, the line and the cause.

    """
    if not _NAME.match(name):
        raise PackError(source, f"invalid classifier name {name!r}: use lower-case letters, digits and hyphens only")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _error(source, content.count(b"\n", 0, error.start) + 1, "it is not UTF-8") from error
    rows = _numbered_rows(source, text)
    _, header = next(rows, (1, []))
    languages = _parse_header(source, header)
    titles: dict[str, Texts] = {}
    keys: dict[str, str] = {}
    for line, cells in rows:
        code, texts = _parse_row(source, line, cells, languages)
        if (known := keys.setdefault(_normalise(code), code)) in titles:
            raise _error(source, line, f"duplicate code {code}: already defined as {known}")
        titles[code] = texts
    if not titles:
        raise PackError(source, "it contains no codes")
    return Classifier(name=name, titles=titles, keys=keys)


def save(classifier: Classifier, folder: Path) -> Path:
    """Write a classifier to a folder of packs, replacing one of the same name atomically; return its path."""
    path = folder / FOLDER / f"{classifier.name}{SUFFIX}"
    path.parent.mkdir(exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(classifier.table(), encoding="utf-8")
    unfinished.replace(path)
    return path


def merged_titles(classifiers: Iterable[Classifier], code: str) -> Texts:
    """Return the titles of a code by language; in each language from the first classifier that has one."""
    titles: dict[str, str] = {}
    for classifier in classifiers:
        titles = {**classifier.titles_of(code), **titles}
    return titles


def _numbered_rows(source: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the non-empty rows, each with the number of its first line."""
    first = text.partition("\n")[0]
    separator = next((char for char in _SEPARATORS if char in first), "\t")
    rows = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = rows.line_num + 1
        try:
            row = next(rows, None)
        except csv.Error as error:
            raise _error(source, line, str(error)) from error
        if row is None:
            return
        cells = [" ".join(cell.split()) for cell in row]
        if any(cells):
            yield line, cells


def _parse_header(source: str, header: list[str]) -> list[str]:
    name, *languages = [cell.lower() for cell in header] or [""]
    invalid = [code for code in languages if not _LANGUAGE.match(code) or languages.count(code) > 1]
    if name != "code" or not languages or invalid:
        raise _error(
            source, 1, "it must name the columns: `code`, then each language once, for example `code`, `ru`, `en`"
        )
    return languages


def _parse_row(source: str, line: int, cells: list[str], languages: list[str]) -> tuple[str, Texts]:
    if len(cells) != len(languages) + 1:
        raise _error(source, line, f"it has {len(cells)} columns, but the first line has {len(languages) + 1}")
    code, *columns = cells
    if not _normalise(code) or len(code) > MAX_CODE_LENGTH:
        raise _error(source, line, f"it must begin with a code of 1 to {MAX_CODE_LENGTH} characters")
    texts = {language: title for language, title in zip(languages, columns, strict=True) if title}
    if not texts:
        raise _error(source, line, f"{code} has no title")
    if max(map(len, texts.values())) > MAX_TITLE_LENGTH or not all(title.isprintable() for title in texts.values()):
        cause = f"the title of {code} is longer than {MAX_TITLE_LENGTH} characters, or has non-printable characters"
        raise _error(source, line, cause)
    return code, texts


def _error(source: str, line: int, cause: str) -> PackError:
    return PackError(source, f"line {line}: {cause}")


def _normalise(code: str) -> str:
    """Return the digits of a code, `31091` for `31.09.1`; of a code without digits its letters in upper case."""
    return "".join(filter(str.isdecimal, code)) or "".join(filter(str.isalnum, code)).upper()
