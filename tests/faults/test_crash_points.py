"""kill -9 after every step of relay, pump and consumer: nothing is lost, and nothing happens twice."""

import pytest
from sqlalchemy import update

from faults import points
from faults.invariants import check_invariants
from faults.notes_stage import up
from faults.queues import ready
from faults.redelivery import deliver_in_vain
from faults.rest import come_to_rest
from instances import broker_link, wait_for, working
from notes import kept, told, unsent
from servicekit.bus import inbox, topology
from servicekit.bus.in_process import Pump
from servicekit.data.clock import machine_now
from servicekit.data.tables import membership

WORDS = [f"note {number:02}" for number in range(12)]
MORE_THAN_A_BATCH = [f"older note {number:03}" for number in range(600)]
"""More than is read of the history at once."""
DEAD_LETTER_SECONDS = 200
"""What a queue that has just been made did not confirm RabbitMQ lays there once more, after three minutes."""


@pytest.mark.parametrize("point", points.RELAY, ids=str)
def test_relay_killed(stage, point):
    stage.write(*WORDS)

    relay = stage.work("writer", point=("relay", point.name))
    stage.wait_for_death(relay)

    stage.settle()


@pytest.mark.parametrize("point", points.RELAY[3:], ids=str)
def test_relay_killed_beside_a_file_from_which_it_deletes_in_another_transaction(stage_on_files, point):
    test_relay_killed(stage_on_files, point)


@pytest.mark.parametrize("point", points.CONSUMER, ids=str)
def test_consumer_killed(stage, point):
    stage.write(*WORDS)
    with working(stage.writing):
        wait_for(lambda: unsent(stage.writing) == 0)

        consumer = stage.work("reader", point=("consumer", point.name))
        stage.wait_for_death(consumer)

    stage.settle()


@pytest.mark.parametrize("point", points.ASIDE, ids=str)
def test_consumer_killed_while_it_sets_a_suspicious_batch_aside(stage, point):
    given_up(stage, inbox.SUSPICIOUS_TRIES)

    consumer = stage.work("reader", point=("aside", point.name))
    stage.wait_for_death(consumer)

    stage.settle()
    assert told(stage.reading) == WORDS


@pytest.mark.parametrize("point", points.BURYING, ids=str)
def test_worker_killed_while_it_takes_over_what_consumers_died_on(stage, point):
    given_up(stage, topology.QUEUE_ARGUMENTS["x-delivery-limit"] + 1)
    wait_for(
        lambda: ready(stage.evidence.vhost, topology.dead_queue_of("reader"))[0] == len(WORDS), DEAD_LETTER_SECONDS
    )

    worker = stage.work("reader", point=("burying", point.name))
    stage.wait_for_death(worker)

    stage.evidence.may_be_dead = len(WORDS)
    with working(stage.writing, stage.reading):
        wait_for(lambda: len(kept(stage.reading)) == len(WORDS))
        wait_for(lambda: ready(stage.evidence.vhost, topology.dead_queue_of("reader"))[0] == 0)
    stage.settle()
    assert len(kept(stage.reading)) == len(WORDS)


def given_up(stage, times):
    """Let notes lie in the reader's queue on which consumers have died so many times."""
    stage.write(*WORDS)
    with working(stage.writing):
        wait_for(lambda: unsent(stage.writing) == 0)
    deliver_in_vain(stage.evidence.vhost, topology.queue_of("reader"), times)


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


@pytest.mark.parametrize("point", points.JOINING_IN_THE_MIDDLE, ids=str)
def test_consumer_killed_in_the_middle_of_history_that_it_joins(stage, point):
    stage.write(*MORE_THAN_A_BATCH)

    test_consumer_killed_while_it_joins(stage, point)


@pytest.mark.parametrize("point", points.HEALING_IN_THE_MIDDLE, ids=str)
def test_consumer_killed_in_the_middle_of_the_gap_that_heals(stage, point):
    stage.write(*MORE_THAN_A_BATCH)

    test_consumer_killed_while_its_queue_heals(stage, point)


@pytest.mark.parametrize("point", points.HEALING, ids=str)
def test_consumer_killed_while_its_queue_heals(stage, point):
    stage.write(*WORDS[:6])
    with working(stage.writing, stage.reading):
        wait_for(lambda: len(told(stage.reading)) == len(stage.evidence.ledger))
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


@pytest.mark.parametrize("point", points.PARKING, ids=str)
def test_process_killed_while_it_keeps_a_bad_event_aside(embedded_stage, point, tmp_path):
    embedded_stage.write(*WORDS)
    mended = tmp_path / "mended"

    process = up(embedded_stage, point=("parking", point.name), poison=WORDS[5], mended=str(mended))
    if "try" in point.name:
        wait_for(lambda: len(told(embedded_stage.reading)) == len(WORDS) - 1)
        mended.touch()
    embedded_stage.wait_for_death(process)
    wait_for(lambda: len(told(embedded_stage.reading)) >= len(WORDS) - 1)
    mended.touch()

    come_to_rest(embedded_stage.evidence)
    assert process.stop() == 0
    check_invariants(embedded_stage.evidence)


@pytest.mark.parametrize("point", points.JOINING_BESIDE, ids=str)
def test_process_killed_while_a_service_joins_beside_others(embedded_stage, point):
    embedded_stage.write(*MORE_THAN_A_BATCH)
    alone = Pump([embedded_stage.writing])
    while alone.round():
        pass
    come_late(embedded_stage.reading)
    embedded_stage.write(*WORDS)

    process = up(embedded_stage, point=("joining beside", point.name))
    embedded_stage.wait_for_death(process)

    come_to_rest(embedded_stage.evidence)
    assert process.stop() == 0
    assert told(embedded_stage.reading) == WORDS
    check_invariants(embedded_stage.evidence)


def come_late(reading):
    """Let the reader be installed after all that has happened so far."""
    with reading.database.write() as session:
        session.execute(update(membership).values(installed_at=machine_now()))
