"""Two missions in three services, built once for all tests of this folder on SQLite."""

from contextlib import ExitStack

import pytest

from trespass.kept import Kept, maker
from trespass.world import a_world


@pytest.fixture(scope="session")
def built(prepared, tmp_path_factory):
    """The world, as it was made; whoever changes it puts it back."""
    folder = tmp_path_factory.mktemp("two missions")
    with ExitStack() as stack:
        yield a_world(maker(stack, lambda service: prepared.sqlite(service, folder / f"{service.name}.db")))


@pytest.fixture(scope="session")
def kept(built):
    """The world with copies of its databases to go back to."""
    return Kept(built)


@pytest.fixture
def world(kept):
    """The world as it was made, for one test."""
    yield kept.world
    kept.put_back()


@pytest.fixture(scope="module")
def world_on_postgresql(prepared, postgres_url):
    """The same on PostgreSQL."""
    with ExitStack() as stack:

        def database_of(service):
            return stack.enter_context(prepared.postgresql(service, postgres_url))

        yield a_world(maker(stack, database_of))
