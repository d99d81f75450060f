"""Write a table to be taken away: what a cell holds is text, never a formula, whatever it begins with."""

import csv
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO, StringIO

from xlsxwriter import Workbook  # type: ignore[import-untyped]

WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT_TYPE = "text/csv"
LONGEST_CELL = 32_767
"""Characters that a cell of a workbook can hold."""
_STARTERS = frozenset("=+-@\t\r\n")
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_WIDTH = 22

Rows = Iterable[Sequence[str]]


def workbook(sheets: Mapping[str, Rows]) -> bytes:
    """Return an Excel workbook with sheets of texts by their names; the first row of each is its header."""
    made = BytesIO()
    with Workbook(made, _OPTIONS) as book:
        bold = book.add_format({"bold": True})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for number, row in enumerate(rows):
                for place, text in enumerate(row):
                    sheet.write_string(number, place, _plain(text), None if number else bold)
                if not number:
                    sheet.set_column(0, max(len(row) - 1, 0), _WIDTH)
    return made.getvalue()


def _plain(text: str) -> str:
    """Cut a text to what a cell holds; what looks like rich text of XlsxWriter's it would write unescaped."""
    cut = text[:LONGEST_CELL]
    is_markup = cut.startswith("<r>") and cut.endswith("</r>")
    return f"{cut[: LONGEST_CELL - 1]} " if is_markup else cut


def delimited(rows: Rows) -> bytes:
    """Return text that spreadsheets open: UTF-8 with its mark, semicolons, everything quoted.

    What a spreadsheet would take for a formula has an apostrophe before it.
    """
    made = StringIO(newline="")
    csv.writer(made, delimiter=";", quoting=csv.QUOTE_ALL).writerows([harmless(text) for text in row] for row in rows)
    return made.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula."""
    first = unicodedata.normalize("NFKC", text.lstrip(" \u00a0\u3000")[:1])
    return f"'{text}" if first in _STARTERS else text
