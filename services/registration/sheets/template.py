"""The empty list to be filled in, and how its headers are known again."""

from collections.abc import Iterator, Mapping

from registration.sheets.columns import COLUMNS, Column
from registration.status_texts import PACKAGE
from servicekit.problems import FieldError
from servicekit.sheets import writing
from servicekit.sheets.refusals import SheetError
from servicekit.sheets.table import Table, folded, pointer
from servicekit.texts import languages
from servicekit.texts.languages import noop as _


def template() -> bytes:
    """Return a workbook with the headers in the reader's language, and a second sheet that explains them."""
    headers = [said(column.label) for column in COLUMNS]
    explained = [
        (said(column.label), said(column.label, "en"), column.key, _required(column), said(column.note))
        for column in COLUMNS
    ]
    head = (said(_("Column")), "English", said(_("Key")), said(_("Required")), said(_("Meaning")))
    return writing.workbook({said(_("Organisations")): [headers], said(_("Columns")): [head, *explained]})


def headers_of(table: Table) -> Mapping[str, str]:
    """Return the header under which each column stands in a table, by its key.

    Raises:
        SheetError: a header means nothing to us, two mean the same column, or a required one is missing.

    """
    known = {folded(name): column.key for column in COLUMNS for name in (column.key, *_labels(column))}
    found: dict[str, str] = {}
    wrong = []
    for header in table.places:
        key = known.get(folded(header))
        if key is None:
            wrong.append(FieldError(_in_header(header), _("No column is called so: the template names them all.")))
        elif key in found:
            said_so = _("This is the same column as “%(header)s”.")
            wrong.append(FieldError(_in_header(header), said_so, {"header": found[key][:80]}))
        else:
            found[key] = header
    wrong.extend(_missing(found))
    if wrong:
        raise SheetError(_("Nothing was saved."), errors=wrong)
    return found


def said(message: str, language: str = "") -> str:
    """Say a text of registration in a language, else in the reader's."""
    return languages.translations(("servicekit", PACKAGE), language or languages.of_request()).gettext(message)


def _labels(column: Column) -> list[str]:
    return [said(column.label, language) for language in languages.SUPPORTED]


def _missing(found: Mapping[str, str]) -> Iterator[FieldError]:
    for column in COLUMNS:
        if column.is_required and column.key not in found:
            detail = _("The column “%(header)s” is missing.")
            yield FieldError(_in_header(said(column.label)), detail, {"header": said(column.label)})


def _in_header(header: str) -> str:
    return pointer(1, header)


def _required(column: Column) -> str:
    return said(_("yes")) if column.is_required else ""
