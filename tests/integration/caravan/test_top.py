"""`caravan top` with databases that become unavailable."""

import pytest

from caravan import discovery
from caravan.top.sources import DatabaseSource, StatusPoller
from caravan.top.status import AWAY
from servers.postgres import Database
from servicekit.bus.history import install
from servicekit.operations import metrics_endpoint
from servicekit.service import assemble


@pytest.fixture
def database(postgres_url):
    with Database(postgres_url) as made:
        yield made


@pytest.fixture
def runtime(database):
    made = assemble(discovery.service("registration"), {"REGISTRATION_DATABASE_URL": database.url})
    install(made)
    yield made
    made.close()


@pytest.fixture
def poller(runtime):
    made = StatusPoller([DatabaseSource(runtime)], None)
    yield made
    made.close()


def test_database_that_goes_between_two_reads_of_a_look_is_shown_as_away(poller, database, monkeypatch):
    (before,) = poller.poll()
    whole = metrics_endpoint.expose

    def read_and_lose(service):
        figures = whole(service)
        database.__exit__()
        return figures

    monkeypatch.setattr(metrics_endpoint, "expose", read_and_lose)
    (status,) = poller.poll()

    assert before.state != AWAY
    assert status.state == AWAY
