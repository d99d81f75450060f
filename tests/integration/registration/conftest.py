import pytest

from builders.registration import a_desk


@pytest.fixture
def desk(runtime_of):
    """Registration on a fresh database of each kind."""
    return a_desk(runtime_of)


@pytest.fixture
def quick_desk(sqlite_runtime_of):
    """Registration on SQLite: for what no database changes."""
    return a_desk(sqlite_runtime_of)
