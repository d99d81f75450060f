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


def test_written_text_has_a_mark_of_its_encoding_and_quotes_everything():
    assert writing.delimited([["а", ""], ['"', "1"]]) == '\ufeff"а";""\r\n"""";"1"\r\n'.encode()


def test_written_workbook_is_read_back():
    written = writing.workbook({"list": ROWS, "more": [["x"]]})

    assert cells_of(written) == [(2, dict(zip(*ROWS, strict=True)))]
