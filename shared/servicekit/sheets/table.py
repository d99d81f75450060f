"""A sheet with one header: rows as people number them, cells by the name of their column."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from servicekit.problems import FieldError
from servicekit.sheets.limits import MOST_COLUMNS, MOST_ROWS
from servicekit.sheets.refusals import SheetError
from servicekit.texts.languages import noop as _


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row below the header; `number` counts from 1, as the spreadsheet does; empty cells are left out."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Table:
    """What stands under each header; `places` are the columns from 0; rows without any text are left out."""

    places: Mapping[str, int]
    rows: Sequence[Row]

    def cell(self, row: Row, header: str) -> str:
        """Name a cell as spreadsheets do: C5."""
        return f"{letters(self.places[header])}{row.number}"


def pointer(number: int, header: str) -> str:
    """Return the JSON pointer (RFC 6901) that names a row by its number and a column by its header."""
    return f"#/rows/{number}/{header.replace('~', '~0').replace('/', '~1')}"


def letters(place: int) -> str:
    """Name a column, counted from 0, as spreadsheets do: A, B, … Z, AA."""
    before, last = divmod(place, 26)
    return (letters(before - 1) if before else "") + chr(ord("A") + last)


def folded(header: str) -> str:
    """Return what two headers have in common that people would call the same."""
    return " ".join(unicodedata.normalize("NFKC", header).casefold().split())


def table_of(rows: Sequence[Sequence[str]], merged: Sequence[Sequence[int]] = ()) -> Table:
    """Take the first row with a text as the header and name the cells below by it.

    Raises:
        SheetError: there is no row, a header is missing, stands twice or is merged.

    """
    first = next((place for place, row in enumerate(rows) if any(map(str.strip, row))), None)
    if first is None:
        raise SheetError(_("The sheet is empty."))
    header = [" ".join(text.split()) for text in rows[first]]
    below = [(number, row) for number, row in enumerate(rows[first + 1 :], first + 2) if any(map(str.strip, row))]
    wrong = [*_merged(first, merged), *_twice(first, header), *_without_header(first, header, below)]
    if wrong:
        raise SheetError(_("Nothing was saved."), errors=wrong)
    if not below:
        raise SheetError(_("There is no row below the header."))
    places = {text: place for place, text in enumerate(header) if text}
    named = [Row(number=number, cells=_cells(row, places)) for number, row in below]
    return Table(places=places, rows=named)


def refuse_size() -> NoReturn:
    """Refuse a sheet for its rows or columns."""
    detail = _(
        "The sheet is too large: it may have %(rows)s rows below the header and %(columns)s columns. "
        "Delete what stands far below or far to the right."
    )
    raise SheetError(detail, rows=MOST_ROWS, columns=MOST_COLUMNS)


def _cells(row: Sequence[str], places: Mapping[str, int]) -> dict[str, str]:
    return {name: row[place] for name, place in places.items() if place < len(row) and row[place].strip()}


def _merged(first: int, merged: Sequence[Sequence[int]]) -> Iterator[FieldError]:
    for top, left, bottom, _right in merged:
        if top <= first <= bottom:
            said = _("The header is merged with other cells here: give each column a header of its own.")
            yield FieldError(pointer(first + 1, letters(left)), said)


def _twice(first: int, header: Sequence[str]) -> Iterator[FieldError]:
    seen: dict[str, int] = {}
    for place, text in enumerate(header):
        before = seen.setdefault(folded(text), place)
        if text and before != place:
            said = _("The header “%(header)s” stands in the columns %(first)s and %(second)s.")
            facts = {"header": text[:80], "first": letters(before), "second": letters(place)}
            yield FieldError(pointer(first + 1, letters(place)), said, facts)


def _without_header(
    first: int, header: Sequence[str], below: Sequence[tuple[int, Sequence[str]]]
) -> Iterator[FieldError]:
    nameless: dict[int, int] = {}
    for number, row in below:
        for place, text in enumerate(row):
            if text.strip() and not (place < len(header) and header[place]):
                nameless.setdefault(place, number)
    for place, number in nameless.items():
        said = _("Column %(column)s has no header, but there is something in row %(row)s.")
        yield FieldError(pointer(first + 1, letters(place)), said, {"column": letters(place), "row": number})
