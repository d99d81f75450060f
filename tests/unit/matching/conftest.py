"""The model, loaded once a process: it takes a second."""

import pytest

from matching.recommending.matrix.semantic_scorer import memory_of_process


@pytest.fixture(scope="session")
def memory():
    return memory_of_process()
