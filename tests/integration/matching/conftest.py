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


@pytest.fixture
def town(office):
    """Two guests and three hosts, of whom every two have agreed to meet."""
    office.announce()
    guests = [office.admit(name, "guest") for name in ("klu-1", "klu-2")]
    hosts = [office.admit(name, "host") for name in ("kya-1", "kya-2", "kya-3")]
    for guest in guests:
        for host in hosts:
            office.meet(guest, host)
    return guests, hosts
