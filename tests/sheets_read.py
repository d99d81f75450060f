"""Files that are read as sheets, or refused."""

import pytest

from servicekit.sheets import reading
from servicekit.sheets.refusals import SheetError

ROWS = [["Код", "Название"], ["klu-01", "Ромашка"]]


def cells_of(content, name="list.xlsx"):
    """Return number and cells of each row."""
    return [(row.number, dict(row.cells)) for row in reading.read(content, name).rows]


def refusal(content, name="list.xlsx"):
    """Return why a file is refused."""
    with pytest.raises(SheetError) as refused:
        reading.read(content, name)
    return refused.value
