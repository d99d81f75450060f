"""An office of matching on fresh databases."""

import pytest

from builders.matching import an_office
from matching.solver import polish


@pytest.fixture(autouse=True)
def little_polish(monkeypatch):
    """Polish for a tenth of the time: how comfortable a timetable becomes is for the tests of the solver."""
    monkeypatch.setattr(polish, "EFFORT", polish.EFFORT / 10)


@pytest.fixture
def office(runtime_of):
    """Matching on SQLite and on PostgreSQL."""
    return an_office(runtime_of)


@pytest.fixture
def desk(sqlite_runtime_of):
    """Matching on SQLite alone: for what no database changes."""
    return an_office(sqlite_runtime_of)
