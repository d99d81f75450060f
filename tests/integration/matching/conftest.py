"""An office of matching on fresh databases."""

import pytest

from builders.matching import an_office


@pytest.fixture
def office(runtime_of):
    """Matching on SQLite and on PostgreSQL."""
    return an_office(runtime_of)


@pytest.fixture
def desk(sqlite_runtime_of):
    """Matching on SQLite alone: for what no database changes."""
    return an_office(sqlite_runtime_of)
