"""Headers, rows and cells of sheets that are read, by the numbers of the list of bad inputs."""

import pytest

from builders.sheets import a_text, a_workbook
from servicekit.sheets.table import letters
from sheets_read import ROWS, cells_of, refusal

THE_31ST_OF_MARCH_2026 = 46_112
"""As Excel counts days."""


def pointers(problem):
    return [error.pointer for error in problem.errors]


def test_86_cells_are_read_as_values():
    def fill(book, sheet):
        sheet.write_row(0, 0, ["sum", "link", "day", "instant", "text day", "number", "yes"])
        sheet.write_formula(1, 0, "=1+1", None, 2)
        sheet.write_formula(1, 1, "='[other.xlsx]Sheet1'!A1", None, "from elsewhere")
        sheet.write_number(1, 2, THE_31ST_OF_MARCH_2026, book.add_format({"num_format": "dd.mm.yyyy"}))
        moment = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        sheet.write_number(1, 3, THE_31ST_OF_MARCH_2026 + 9.5 / 24, moment)
        sheet.write_row(1, 4, ["31.03.2026", 4099001375, True])

    expected = ["2", "from elsewhere", "2026-03-31", "2026-03-31T09:30:00", "31.03.2026", "4099001375", "TRUE"]
    assert [list(cells.values()) for _row, cells in cells_of(a_workbook((), fill))] == [expected]


def test_86_hidden_rows_are_read():
    hidden = a_workbook(
        [*ROWS, ["klu-02", "Лютик"]], lambda _book, sheet: sheet.set_row(1, None, None, {"hidden": True})
    )

    assert [number for number, _cells in cells_of(hidden)] == [2, 3]


def test_86_rows_keep_the_numbers_that_people_see():
    assert cells_of(a_workbook([[], [], *ROWS, [], ["klu-02"]])) == [
        (4, {"Код": "klu-01", "Название": "Ромашка"}),
        (6, {"Код": "klu-02"}),
    ]


def test_86_merged_header_is_refused_with_its_place():
    merged = a_workbook(ROWS, lambda _book, sheet: sheet.merge_range("B1:C1", "Название"))

    assert pointers(refusal(merged)) == ["#/rows/1/B"]


@pytest.mark.parametrize("second", ["код", " КОД  ", "Ко\u0434"])
def test_86_header_that_stands_twice_is_refused_with_its_place(second):
    problem = refusal(a_text([["Код", "Имя", second], ["1", "2", "3"]]), "a.csv")

    assert pointers(problem) == ["#/rows/1/C"]
    assert problem.errors[0].facts["first"] == "A"


def test_86_column_without_a_header_is_refused_with_its_place():
    problem = refusal(a_text([["Код", "", ""], ["1", "2"], ["1", "", "", "9"]]), "a.csv")

    assert pointers(problem) == ["#/rows/1/B", "#/rows/1/D"]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_86_text_is_read_however_a_spreadsheet_saved_it(no_parser, delimiter, encoding):
    rows = [["Код", "Название"], ["klu-01", f"«Ромашка»{delimiter} и\nдругие"]]

    assert cells_of(a_text(rows, delimiter, encoding), "список.csv") == [(2, dict(zip(*rows, strict=True)))]


def test_86_text_with_an_open_quotation_mark_is_refused_with_its_row():
    assert pointers(refusal(b'a;b\n1;2\n3;"4\n', "a.csv")) == ["#/rows/3"]


def test_87_row_beyond_five_thousand_is_refused(no_parser):
    most = [["a"], *[["1"]] * 5000]

    assert len(cells_of(a_text(most), "a.csv")) == 5000
    assert "5000 rows" in str(refusal(a_text([*most, ["1"]]), "a.csv"))
    assert "60 columns" in str(refusal(a_text([["a"] * 61]), "a.csv"))


def test_87_workbook_of_five_thousand_rows_is_read():
    assert len(cells_of(a_workbook([["a"], *[["1"]] * 5000]))) == 5000


@pytest.mark.parametrize(("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (59, "BH")])
def test_columns_are_named_as_in_spreadsheets(place, name):
    assert letters(place) == name
