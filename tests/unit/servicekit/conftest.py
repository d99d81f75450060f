import subprocess

import pytest


@pytest.fixture
def no_parser(monkeypatch):
    """Let a parser that is started anyway fail the test."""
    monkeypatch.setattr(subprocess, "run", lambda *args, **options: pytest.fail("a parser was started"))
