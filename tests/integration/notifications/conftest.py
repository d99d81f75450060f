"""Fixtures: a notifications service on a fresh database, a bus and a mail server."""

import pytest

from builders.notifications import Bus, a_known_mission
from mail_servers import Desk, a_mail_server
from notifications.service import SERVICE

QUICK = {"smtp_timeout_seconds": 2, "smtp_deadline_seconds": 5, "smtp_answer_seconds": 0.5}


@pytest.fixture
def runtime(sqlite_runtime_of, tmp_path):
    """A notifications service with a mailbox on disk."""
    return sqlite_runtime_of(SERVICE, mailbox_dir=tmp_path / "mailbox")


@pytest.fixture
def bus(runtime):
    """A bus that delivers events to the service."""
    return Bus(runtime)


@pytest.fixture
def desk():
    """Scripted replies of a real mail server, and the mails that it took."""
    return Desk()


@pytest.fixture
def smtp_runtime_of(sqlite_runtime_of):
    """A factory of services that send to a mail server on a port, with short time limits."""

    def make(port, **settings):
        return sqlite_runtime_of(SERVICE, smtp_url=f"smtp://127.0.0.1:{port}", **{**QUICK, **settings})

    return make


@pytest.fixture
def sending(desk, smtp_runtime_of):
    """A service that sends to a real mail server and has the data of the mission."""
    with a_mail_server(desk) as port:
        yield a_known_mission(Bus(smtp_runtime_of(port)))
