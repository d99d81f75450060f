"""What may be done only so often is counted once for all processes, whatever becomes of the request."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import request
from sqlalchemy import select

import writer
from access.matrix import Deed
from servicekit import worker
from servicekit.app import create_app
from servicekit.data import clock
from servicekit.data.tables import rate
from servicekit.problems import ForeignOriginError, TooManyRequestsError
from servicekit.service import Runtime, assemble
from servicekit.web import rate_limits
from servicekit.web.endpoints import ApiBlueprint, writes


def limited_api():
    blueprint = ApiBlueprint("limited", __name__, url_prefix="/v1")

    @blueprint.post("/letters")
    @rate_limits.limited("letter", "3/hour;4/day", key=lambda: request.args["to"])
    @writes(Deed.LOOK)
    def send(session, actor):
        """Send a letter, unless the address is refused."""
        if request.args.get("refused"):
            raise ForeignOriginError
        return {"sent": True}

    @blueprint.post("/late")
    @writes(Deed.LOOK)
    def late(session, actor):
        """Count when it is too late."""
        rate_limits.hit("late", "anybody", "1/hour")

    return (blueprint,)


@pytest.fixture
def limited(runtime_of):
    return runtime_of(replace(writer.SERVICE, blueprints=limited_api))


@pytest.fixture
def client(limited):
    return create_app(limited).test_client()


@pytest.fixture
def later(monkeypatch):
    """Call it to let time pass."""

    def pass_by(**span):
        at = clock.machine_now() + timedelta(**span)
        for module in (clock, rate_limits):
            monkeypatch.setattr(module, "machine_now", lambda: at)

    return pass_by


def another_process(runtime: Runtime) -> Runtime:
    """Return what another process of the service works with."""
    url = runtime.settings.database_url
    return assemble(runtime.service, {"WRITER_DATABASE_URL": url})


def rows(runtime):
    with runtime.database.read() as session:
        return session.execute(select(rate)).all()


def test_28_what_is_done_too_often_is_refused_until_the_window_ends(client, later):
    done = [client.post("/v1/letters?to=a") for _ in range(4)]
    other = client.post("/v1/letters?to=b")
    later(hours=1, seconds=1)
    again = [client.post("/v1/letters?to=a").status_code for _ in range(2)]

    assert [answer.status_code for answer in done] == [200, 200, 200, 429]
    assert done[3].mimetype == "application/problem+json"
    assert 3590 <= int(done[3].headers["Retry-After"]) <= 3600
    assert other.status_code == 200
    assert again == [429, 429]  # the day's four are used up


def test_request_that_was_refused_counts(client):
    refused = [client.post("/v1/letters?to=a&refused=1").status_code for _ in range(4)]

    assert refused == [403, 403, 403, 429]


def test_nobody_can_be_told_from_what_is_kept_and_it_is_forgotten(client, limited, later):
    client.post("/v1/letters?to=anna@example.com")
    kept = rows(limited)
    later(days=1, hours=2)
    worker.tick(limited)

    assert len(kept) == 2
    assert "anna" not in str(kept)
    assert rows(limited) == []


def test_processes_count_together_and_none_is_lost(limited):
    other = another_process(limited)
    (item,) = rate_limits.windows("1000/hour")

    def count(runtime):
        for _ in range(25):
            rate_limits.count(runtime.database, {item: "key"})

    threads = [threading.Thread(target=count, args=(runtime,)) for runtime in (limited, other) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = rate_limits.count(limited.database, {item: "key"}, hits=0)
    other.close()

    assert found[item].hits == 100


def test_window_of_a_clock_that_was_put_back_begins_anew(limited, later):
    (item,) = rate_limits.windows("5/minute")
    later(days=400)
    rate_limits.count(limited.database, {item: "key"}, hits=5)
    later(days=-400)

    found = rate_limits.count(limited.database, {item: "key"})

    assert found[item].hits == 1


def test_rate_inside_a_transaction_is_a_mistake_that_shows(client, limited):
    assert client.post("/v1/late").status_code == 500
    assert rows(limited) == []


def test_28_what_is_spent_within_a_transaction_counts_once_it_is_done(limited):
    def spend(**spent):
        with limited.database.write() as session:
            rate_limits.spend(session, "named", spent, "3/hour;4/day")

    spend(anna=2, boris=3)
    with pytest.raises(TooManyRequestsError) as refused:
        spend(anna=1, boris=1)
    spend(anna=1)

    assert 3590 <= refused.value.retry_after <= 3600
    assert {row.hits for row in rows(limited)} == {3}
