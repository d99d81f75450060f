"""A world with more in it than two finished missions, built once for all tests of this folder on SQLite."""

from contextlib import ExitStack

import pytest

from fuzzed.stock import stocked
from trespass.kept import Kept, maker
from trespass.world import a_world


@pytest.fixture(scope="session")
def kept(prepared, tmp_path_factory):
    """The world with copies of its databases to go back to."""
    folder = tmp_path_factory.mktemp("fuzzed")
    with ExitStack() as stack:
        make = maker(stack, lambda service: prepared.sqlite(service, folder / f"{service.name}.db"))
        yield Kept(stocked(a_world(make)))
