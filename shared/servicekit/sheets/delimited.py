"""Read delimited text as spreadsheets save it: UTF-8 or Windows-1251; semicolons, commas or tabs."""

import csv
import re
from io import StringIO

from servicekit.problems import FieldError
from servicekit.sheets.limits import MOST_COLUMNS, MOST_ROWS
from servicekit.sheets.refusals import SheetError
from servicekit.sheets.table import refuse_size
from servicekit.texts.languages import noop as _

_DELIMITERS = ";,\t"
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def rows(content: bytes) -> list[list[str]]:
    """Return the rows of a text, header first.

    Raises:
        SheetError: it is no text, it is too long, or its quotes do not match.

    """
    text = _decoded(content)
    delimiter = max(_DELIMITERS, key=lambda one: len(_header(text, one)))
    found: list[list[str]] = []
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True):
            found.append(row)
            if len(row) > MOST_COLUMNS or len(found) > MOST_ROWS + 1:
                refuse_size()
    except csv.Error as error:
        wrong = FieldError(f"#/rows/{len(found) + 1}", _("A quotation mark is open or out of place in this row."))
        raise SheetError(_("Nothing was saved."), errors=[wrong]) from error
    return found


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(text) and not text.lstrip().startswith("<"):
            return text
        break
    raise SheetError(_("The file is neither a workbook (.xlsx) nor a text in UTF-8 or Windows-1251."))


def _header(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return []
