"""`docs/privacy.md` says of every table what it holds and for how long, and of nothing else."""

import re
from pathlib import Path

import pytest

from caravan import discovery
from servicekit.data.tables import metadata as kit

TEXT = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text(encoding="utf-8")
ROWS = {name: cells.split(" | ") for name, cells in re.findall(r"^\| `(\S+\.\w+)` \| (.+) \|$", TEXT, re.MULTILINE)}
OURS = ("registration", "matching", "notifications")


def tables():
    services = discovery.services()
    own = {f"{name}.{table}" for name in OURS for table in services[name].metadata.tables}
    return own | {f"*.{table}" for table in kit.tables}


def test_every_table_has_a_row_and_no_row_is_of_a_table_that_is_gone():
    assert set(ROWS) == tables()


@pytest.mark.parametrize("name", sorted(tables()))
def test_row_says_what_is_held_whether_it_is_personal_and_for_how_long(name):
    assert [bool(cell.strip()) for cell in ROWS[name]] == [True] * 3
