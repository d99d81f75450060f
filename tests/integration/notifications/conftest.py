"""A notifications service on a fresh database, and a bus to it."""

import pytest

from builders.notifications import Bus
from notifications.service import SERVICE


@pytest.fixture
def runtime(sqlite_runtime_of, tmp_path):
    """Notifications with a mailbox on disk."""
    return sqlite_runtime_of(SERVICE, mailbox_dir=tmp_path / "mailbox")


@pytest.fixture
def bus(runtime):
    """The bus to that service."""
    return Bus(runtime)
