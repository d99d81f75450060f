"""Events that nobody can read, or no handler can bear: each is kept aside alone, and nothing behind it waits."""

import json
from pathlib import Path

from sqlalchemy import select

import reader
import writer
from faults.acts import give_up_all
from faults.evidence import Evidence
from faults.invariants import check_invariants
from faults.queues import ready
from faults.redelivery import deliver
from faults.rest import come_to_rest
from instances import wait_for, working
from notes import kept, told, unsent, write
from servicekit import identifiers
from servicekit.bus import topology
from servicekit.bus.in_process import Pump
from servicekit.bus.inbox import receive
from servicekit.bus.retries import retry_due
from servicekit.data.tables import outbox

WORDS = [f"note {number:03}" for number in range(200)]
POISON = WORDS[77]
NEIGHBOURS_SECONDS = 5
"""How long a bad event may hold up what comes behind it, and all that with it."""


def test_f15_poison_of_every_kind_is_kept_aside_and_holds_nothing_up(stage, tmp_path):
    mended = tmp_path / "mended"
    with working(stage.writing):
        consumer = stage.work("reader", poison=POISON, mended=str(mended))
        stage.write(*WORDS[:50])
        wait_for(lambda: len(told(stage.reading)) == 50)
        bad = ["{", '{"specversion": "1.0"}', future(stage), "\x00", "[" * 5000]
        deliver(stage.evidence.vhost, [("ru-klu.note.written.v1", body.encode()) for body in bad])
        stage.write(*WORDS[50:])
        wait_for(lambda: len(told(stage.reading)) == len(WORDS) - 1, NEIGHBOURS_SECONDS)
        mended.touch()
        wait_for(lambda: len(told(stage.reading)) == len(WORDS), 60)
        come_to_rest(stage.evidence)
        consumer.stop()

    stage.evidence.may_be_dead = len(bad)
    check_invariants(stage.evidence)
    assert len(kept(stage.reading)) == len(bad)

    give_up_all(stage.evidence, stage.reading, "nobody can read it")
    stage.evidence.may_be_dead = 0
    check_invariants(stage.evidence)


def future(stage):
    """An event of a version that nobody knows."""
    said = {"note_id": str(identifiers.fresh()), "words": "from the future"}
    return json.dumps(
        {
            "specversion": "1.0",
            "id": str(identifiers.fresh()),
            "source": "/ru-klu/writer-of-the-future",
            "type": "caravan.note.written.v9",
            "subject": said["note_id"],
            "time": "2030-01-01T00:00:00Z",
            "subjectversion": 1,
            "data": said,
        }
    )


def test_f15_handler_that_kills_its_process_takes_no_neighbour_with_it(stage, tmp_path):
    plan = {"poison": POISON, "deadly": True, "mended": str(tmp_path / "mended")}
    stage.write(*WORDS)
    with working(stage.writing):
        wait_for(lambda: unsent(stage.writing) == 0)

        wait_for(lambda: keep_alive(stage, plan) and len(told(stage.reading)) >= len(WORDS) - 1, 2 * 60)
        survived, (aside,) = told(stage.reading), kept(stage.reading)
        Path(plan["mended"]).touch()
        wait_for(lambda: keep_alive(stage, plan) and len(told(stage.reading)) == len(WORDS), 5 * 60)
        come_to_rest(stage.evidence)

    assert survived == [words for words in WORDS if words != POISON]
    assert aside.error.startswith("UnfinishedTryError")
    check_invariants(stage.evidence)


def keep_alive(stage, plan):
    """Start the worker of the reader again when it died, as a supervisor does; tell whether it lived."""
    lives = any(process.child.poll() is None for process in stage.started)
    if not lives:
        stage.work("reader", **plan)
    return lives


def test_one_poison_among_two_hundred_delays_no_neighbour(stage, tmp_path):
    mended = tmp_path / "mended"
    stage.write(*WORDS)
    with working(stage.writing):
        wait_for(lambda: unsent(stage.writing) == 0)

        stage.work("reader", poison=POISON, mended=str(mended))
        wait_for(lambda: ready(stage.evidence.vhost, topology.queue_of("reader"))[1])
        wait_for(lambda: len(told(stage.reading)) == len(WORDS) - 1, NEIGHBOURS_SECONDS)
        (parked,) = kept(stage.reading)
        mended.touch()
        wait_for(lambda: len(told(stage.reading)) == len(WORDS))

    assert parked.retry_at is not None
    stage.settle()


def test_one_poison_among_two_hundred_in_hand_leaves_199_effects_at_once(runtime_of, monkeypatch):
    writing, reading = runtime_of(writer.SERVICE), runtime_of(reader.SERVICE)
    write(writing, *WORDS)
    with writing.database.read() as session:
        bodies = session.scalars(select(outbox.c.body).where(outbox.c.routing_key.contains("note"))).all()

    with reader.unbearable(POISON):
        receive(reading, bodies)
    at_once, (parked,) = told(reading), kept(reading)
    with monkeypatch.context() as patched:
        patched.setattr("servicekit.data.clock.machine_now", lambda: parked.retry_at)
        assert retry_due(reading)
    carry_all(writing, reading)

    assert at_once == [words for words in WORDS if words != POISON]
    assert told(reading) == WORDS
    assert kept(reading) == []
    check_invariants(Evidence((writing, reading)))


def carry_all(*runtimes):
    """Let the outboxes of services that share a process be emptied, as they are where there is no broker."""
    pump = Pump(runtimes)
    while pump.round():
        pass
