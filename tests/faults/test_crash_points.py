"""kill -9 after every step of relay, pump and consumer: nothing is lost, and nothing happens twice."""

import pytest

from faults import points
from faults.invariants import check_invariants
from faults.notes_stage import up
from faults.rest import come_to_rest
from instances import broker_link, wait_for, working
from notes import told, unsent
from servicekit import topology

WORDS = [f"note {number:02}" for number in range(12)]


@pytest.mark.parametrize("point", points.RELAY, ids=str)
def test_relay_killed(stage, point):
    stage.write(*WORDS)

    relay = stage.work("writer", point=("relay", point.name))
    stage.wait_for_death(relay)

    stage.settle()


@pytest.mark.parametrize("point", points.CONSUMER, ids=str)
def test_consumer_killed(stage, point):
    stage.write(*WORDS)
    with working(stage.writing):
        wait_for(lambda: unsent(stage.writing) == 0)

        consumer = stage.work("reader", point=("consumer", point.name))
        stage.wait_for_death(consumer)

    stage.settle()


@pytest.mark.parametrize("point", points.PARKING, ids=str)
def test_consumer_killed_while_it_keeps_a_bad_event_aside(stage, point, tmp_path):
    stage.write(*WORDS)
    mended = tmp_path / "mended"
    with working(stage.writing):
        plan = {"poison": WORDS[5], "mended": str(mended)}
        consumer = stage.work("reader", point=("parking", point.name), **plan)
        if "try" in point.name:
            wait_for(lambda: len(told(stage.reading)) == len(WORDS) - 1)
            mended.touch()
        stage.wait_for_death(consumer)

    stage.settle()


@pytest.mark.parametrize("point", points.JOINING, ids=str)
def test_consumer_killed_while_it_joins(stage, point):
    stage.write(*WORDS)
    with working(stage.writing):
        wait_for(lambda: unsent(stage.writing) == 0)

    consumer = stage.work("reader", point=("joining", point.name))
    stage.wait_for_death(consumer)

    stage.settle()


@pytest.mark.parametrize("point", points.HEALING, ids=str)
def test_consumer_killed_while_its_queue_heals(stage, point):
    stage.write(*WORDS[:6])
    with working(stage.writing, stage.reading):
        wait_for(lambda: len(told(stage.reading)) == 6)
    with broker_link(stage.reading.settings.broker_url) as link:
        link.channel.queue_delete(topology.queue_of("reader"))
    stage.evidence.has_healed = True
    stage.write(*WORDS[6:])
    with working(stage.writing):
        wait_for(lambda: unsent(stage.writing) == 0)

    consumer = stage.work("reader", point=("healing", point.name))
    stage.wait_for_death(consumer)

    stage.settle()


@pytest.mark.parametrize("point", points.PUMP, ids=str)
def test_process_killed_while_its_pump_carries(embedded_stage, point):
    embedded_stage.write(*WORDS)

    process = up(embedded_stage, point=("pump", point.name))
    embedded_stage.wait_for_death(process)

    come_to_rest(embedded_stage.evidence)
    assert process.stop() == 0
    check_invariants(embedded_stage.evidence)


@pytest.mark.parametrize("point", points.PARKING[:3], ids=str)
def test_process_killed_while_it_keeps_a_bad_event_aside(embedded_stage, point, tmp_path):
    embedded_stage.write(*WORDS)
    mended = tmp_path / "mended"

    process = up(embedded_stage, point=("parking", point.name), poison=WORDS[5], mended=str(mended))
    embedded_stage.wait_for_death(process)
    wait_for(lambda: len(told(embedded_stage.reading)) == len(WORDS) - 1)
    mended.touch()

    come_to_rest(embedded_stage.evidence)
    assert process.stop() == 0
    check_invariants(embedded_stage.evidence)
