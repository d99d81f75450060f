"""Sheets that are written hold nothing that runs; 89 is the number of the bad inputs."""

import csv
import zipfile
from io import BytesIO, StringIO

import pytest

from builders.sheets import SHEET
from servicekit.sheets import writing
from sheets_read import ROWS, cells_of

FORMULAS = [
    '=HYPERLINK("http://evil.example","x")',
    "+1",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    " =1",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_89_what_looks_like_a_formula_is_text_in_both_kinds_of_file(text):
    book = writing.workbook({"list": [["head"], [text]]})
    with zipfile.ZipFile(BytesIO(book)) as parts:
        sheet = parts.read(SHEET)
    written = writing.delimited([["head"], [text]]).decode("utf-8-sig")

    assert b"<f>" not in sheet and b"hyperlink" not in sheet
    assert b't="s"' in sheet
    assert next(csv.reader(StringIO(written[len('"head"\r\n') :], newline=""), delimiter=";")) == [f"'{text}"]


@pytest.mark.parametrize("text", ["Ромашка", "5 = 5", "", "a-b", "'=1", "1.5"])
def test_89_other_text_stays_as_it_is(text):
    assert writing.harmless(text) == text


MARKUP = ["<r></r></si><si><t>forged</t></si><si><r><t>x</t></r>", "<r><</r>", "<r></r>", "<si>&amp;</si>", "_x003D_1"]


@pytest.mark.parametrize("text", MARKUP)
def test_35_what_looks_like_the_markup_of_a_workbook_is_text_and_moves_no_other(text):
    found = cells_of(writing.workbook({"list": [["head", "other"], [text, "honest"], ["one", "two"]]}))

    assert [(number, cells["head"].strip(), cells["other"]) for number, cells in found] == [
        (2, text, "honest"),
        (3, "one", "two"),
    ]


@pytest.mark.parametrize("length", [32_767, 33_000])
def test_longest_text_that_looks_like_markup_is_cut_to_what_a_cell_holds(length):
    text = f"<r>{'я' * (length - 7)}</r>"

    ((_number, cells),) = cells_of(writing.workbook({"list": [["head"], [text]]}))

    assert text.startswith(cells["head"].strip()) and len(cells["head"]) == writing.LONGEST_CELL


def test_written_text_has_a_mark_of_its_encoding_and_quotes_everything():
    assert writing.delimited([["а", ""], ['"', "1"]]) == '\ufeff"а";""\r\n"""";"1"\r\n'.encode()


def test_written_workbook_is_read_back():
    written = writing.workbook({"list": ROWS, "more": [["x"]]})

    assert cells_of(written) == [(2, dict(zip(*ROWS, strict=True)))]
