"""Connections are left half open: the server has closed them, and the client believes in them."""

from itertools import count

import pytest

from faults import notes_stage
from faults.half_open import HalfOpen
from faults.invariants import check_invariants
from faults.rest import come_to_rest
from faults.test_database_faults import keep_writing
from instances import wait_for
from notes import told

SILENT_SECONDS = 15


@pytest.fixture
def half_open_doors():
    """The doors of the stage, by the setting that leads through each."""
    doors = {}
    yield doors
    for door in doors.values():
        door.close()


@pytest.fixture
def half_open_stage(vhost, postgres_url, tmp_path, half_open_doors):
    def through(setting, url):
        half_open_doors[setting] = HalfOpen(url)
        return half_open_doors[setting].through(url)

    with notes_stage.on_broker(vhost, postgres_url, tmp_path, through) as made:
        yield made


@pytest.mark.parametrize("service", ["writer", "reader"])
def test_f11_half_open_connection_to_the_broker_is_found_and_replaced(half_open_stage, half_open_doors, service):
    stage, door = half_open_stage, half_open_doors[f"{service.upper()}_BROKER_URL"]
    relay, consumer = at_work(stage)

    for turn in range(2):
        door.abandon()
        stage.write(*(f"turn {turn}, {number}" for number in range(50)))
        wait_for(lambda turn=turn: len(told(stage.reading)) == 1 + 50 * (turn + 1), 60)

    ends_well(stage, relay, consumer)


@pytest.mark.parametrize("service", ["writer", "reader"])
def test_f11_half_open_connection_to_the_database_holds_nothing_up_once_it_is_reset(
    half_open_stage, half_open_doors, service
):
    stage, door = half_open_stage, half_open_doors[f"{service.upper()}_DATABASE_URL"]
    relay, consumer = at_work(stage)

    door.abandon()
    keep_writing(stage, (f"meanwhile {number}" for number in count()), SILENT_SECONDS)
    door.reset_all()

    wait_for(lambda: len(told(stage.reading)) == len(stage.evidence.ledger), 60)
    ends_well(stage, relay, consumer)


def at_work(stage):
    """Start both workers and let a first note arrive."""
    workers = stage.work("writer"), stage.work("reader")
    stage.write("before")
    wait_for(lambda: told(stage.reading) == ["before"])
    return workers


def ends_well(stage, *processes):
    come_to_rest(stage.evidence, 60)
    assert [process.stop() for process in processes] == [0, 0]
    check_invariants(stage.evidence)
