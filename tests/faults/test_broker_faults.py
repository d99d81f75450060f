"""The broker is killed, frozen, restarted, away, out of disk or cut off, under load: intake goes on and all arrives."""

import time
from contextlib import ExitStack

import pytest
import requests

from faults import notes_stage, platform_stage
from faults.intake import posting
from faults.invariants import check_invariants
from faults.queues import ready
from faults.rest import come_to_rest
from instances import wait_for
from notes import told, unsent
from servers.proxy import Mode
from servers.vhost import Vhost
from servicekit.bus import topology

AWAY_SECONDS = FROZEN_SECONDS = 60
DRAINED_SECONDS = 5 * 60


@pytest.fixture
def node(rabbitmq_node):
    """The module's own broker, in good order before and after."""
    rabbitmq_node.start()
    yield rabbitmq_node
    rabbitmq_node.start()


@pytest.fixture
def on_own_broker(node, postgres_url, tmp_path):
    with ExitStack() as stack:
        made = stack.enter_context(platform_stage.platform(stack.enter_context(Vhost(node)), postgres_url, tmp_path))
        node.settle()
        made.serve("registration")
        made.work()
        yield made


@pytest.fixture
def notes_on_own_broker(node, postgres_url, tmp_path):
    with ExitStack() as stack:
        made = stack.enter_context(notes_stage.on_broker(stack.enter_context(Vhost(node)), postgres_url, tmp_path))
        node.settle()
        yield made


def test_f06_broker_killed_restarted_and_frozen_under_load(on_own_broker, node):
    with posting(on_own_broker.urls["registration"], on_own_broker.evidence.ledger) as intake:
        intake.goes_on()
        node.kill()
        intake.goes_on()
        node.start()
        intake.goes_on()
        node.restart()
        intake.goes_on()
        node.pause()
        frozen_at = time.monotonic()
        wait_for(lambda: time.monotonic() - frozen_at > FROZEN_SECONDS, 2 * FROZEN_SECONDS)
        intake.goes_on()
        node.resume()
        intake.goes_on()

    on_own_broker.settle(DRAINED_SECONDS)

    assert set(intake.statuses) == {201}


def test_f07_broker_away_for_a_minute_under_load(on_own_broker, node):
    url = on_own_broker.urls["registration"]
    with posting(url, on_own_broker.evidence.ledger) as intake:
        intake.goes_on()
        node.stop()
        wait_for(lambda: oldest_unsent_seconds(url) > AWAY_SECONDS, 2 * AWAY_SECONDS)
        state = requests.get(f"{url}/registration/health/ready", timeout=10)
        node.start()
        intake.goes_on()

    on_own_broker.settle(DRAINED_SECONDS)

    assert set(intake.statuses) == {201}
    assert (state.status_code, state.json()["status"]) == (200, "degraded")


def oldest_unsent_seconds(url):
    state = requests.get(f"{url}/registration/health/ready", timeout=10).json()
    return state["events"]["oldest_unsent_seconds"]


def test_f10_broker_out_of_disk_takes_nothing_and_loses_nothing(notes_on_own_broker, node):
    stage = notes_on_own_broker
    relay, consumer = stage.work("writer"), stage.work("reader")
    stage.write("before")
    wait_for(lambda: told(stage.reading) == ["before"])

    node.ctl("set_disk_free_limit", str(10**15))
    stage.write(*(f"meanwhile {number}" for number in range(100)))
    wait_for(lambda: unsent(stage.writing) == 100)
    node.ctl("set_disk_free_limit", str(50 * 10**6))

    wait_for(lambda: len(told(stage.reading)) == 101, 60)
    relay.stop()
    consumer.stop()
    stage.settle()


@pytest.mark.parametrize("how", [Mode.REFUSE, Mode.BLACKHOLE])
@pytest.mark.parametrize("service", ["writer", "reader"])
def test_f11_partition_between_a_service_and_the_broker(stage_behind_doors, doors, service, how):
    stage, door = stage_behind_doors, doors[f"{service.upper()}_BROKER_URL"]
    relay, consumer = stage.work("writer"), stage.work("reader")
    stage.write(*(f"before {number}" for number in range(200)))
    wait_for(lambda: told(stage.reading))

    door.mode = how
    stage.write(*(f"meanwhile {number}" for number in range(200)))
    given_up = {
        "writer": lambda: unsent(stage.writing) >= 100,
        "reader": lambda: ready(stage.evidence.vhost, topology.queue_of("reader"))[1] == 0,
    }
    wait_for(given_up[service], 60)
    door.mode = Mode.OK

    wait_for(lambda: len(told(stage.reading)) == 400, 90)
    come_to_rest(stage.evidence)
    relay.stop()
    consumer.stop()
    check_invariants(stage.evidence)
