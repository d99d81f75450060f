"""The model, loaded once a process: it takes a second."""

import pytest

from matching.meaning.recommend import memory_of_process


@pytest.fixture(scope="session")
def memory():
    return memory_of_process()
