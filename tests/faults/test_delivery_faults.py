"""Events come three times, in any order, poisoned, to slow or doubled consumers, on wrong clocks: one effect each."""

import json
import random
from pathlib import Path

import pytest
from sqlalchemy import select

import reader
import writer
from faults.invariants import check_invariants
from faults.redelivery import again, deliver
from faults.rest import come_to_rest
from instances import wait_for, working
from notes import kept, known, told, unsent, write
from servicekit import identifiers
from servicekit.inbox import receive
from servicekit.retries import retry_due
from servicekit.tables import inbox, outbox

WORDS = [f"note {number:03}" for number in range(200)]
POISON = WORDS[77]
HOURS = 3600


@pytest.mark.parametrize("hours", [2, -2])
@pytest.mark.parametrize("service", ["writer", "reader"])
def test_f12_clock_of_one_service_is_wrong_by_hours(stage, service, hours):
    other = {"writer": "reader", "reader": "writer"}[service]
    stage.write(*WORDS[:50])
    wrong, right = stage.work(service, clock=hours * HOURS), stage.work(other)
    wait_for(lambda: len(told(stage.reading)) == 50)

    wrong.stop()
    jumped_back = stage.work(service, clock=(hours - 1) * HOURS)
    stage.write(*WORDS[50:100])
    wait_for(lambda: len(told(stage.reading)) == 100)

    come_to_rest(stage.evidence)
    jumped_back.stop()
    right.stop()
    check_invariants(stage.evidence)


def test_f12_parked_event_is_tried_again_although_the_clock_went_back(stage, tmp_path):
    mended = tmp_path / "mended"
    stage.write(*WORDS[70:90])
    with working(stage.writing):
        ahead = stage.work("reader", clock=2 * HOURS, poison=POISON, mended=str(mended))
        wait_for(lambda: len(told(stage.reading)) == 19)
        ahead.stop()
        mended.touch()
        due_in = [row.retry_at for row in kept(stage.reading)]
        stage.work("reader", clock=2 * HOURS).stop()

    assert len(due_in) == 1
    stage.work("reader", clock=3 * HOURS)
    stage.settle()


def test_f13_every_message_is_delivered_three_times(stage):
    stage.write(*WORDS)
    with working(stage.writing, stage.reading):
        wait_for(lambda: unsent(stage.writing) == 0)
        count = again(stage.evidence.vhost, lambda messages: [message for message in messages for _ in range(2)])
        wait_for(lambda: len(told(stage.reading)) == len(WORDS))

    stage.settle()

    assert count >= 2 * len(WORDS)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_f14_states_of_many_notes_arrive_in_any_order(stage, seed):
    notes = [write_through(stage, f"note {number}", states=6) for number in range(30)]
    with working(stage.writing, stage.reading):
        wait_for(lambda: unsent(stage.writing) == 0 and len(told(stage.reading)) == 180)
        expected = known(stage.reading)
    forget_everything(stage.reading)

    shuffle = random.Random(seed)
    with working(stage.reading):
        again(stage.evidence.vhost, lambda messages: shuffle.sample(2 * messages, 2 * len(messages)))
        wait_for(lambda: len(told(stage.reading)) == 180)
        come_to_rest(stage.evidence)

    assert known(stage.reading) == expected
    assert {expected[note] for note in notes} == {(f"note {number}, state 6", 6) for number in range(30)}
    check_invariants(stage.evidence)


def write_through(stage, words, *, states):
    """Write a note through several states and return its id."""
    with stage.writing.database.write() as session:
        note = writer.write_note(session, f"{words}, state 1")
    for state in range(2, states + 1):
        with stage.writing.database.write() as session:
            writer.change_note(session, note.id, f"{words}, state {state}")
    return note.id


def forget_everything(reading):
    """Bring the reader back to where nothing had come yet."""
    with reading.database.write() as session:
        for table in (*reader.Base.metadata.sorted_tables, inbox):
            session.execute(table.delete())


def test_f15_poison_of_every_kind_is_kept_aside_and_holds_nothing_up(stage, tmp_path):
    mended = tmp_path / "mended"
    with working(stage.writing):
        consumer = stage.work("reader", poison=POISON, mended=str(mended))
        stage.write(*WORDS[:50])
        wait_for(lambda: len(told(stage.reading)) == 50)
        bad = ["{", '{"specversion": "1.0"}', future(stage), "\x00", "[" * 5000]
        deliver(stage.evidence.vhost, [("ru-klu.note.written.v1", body.encode()) for body in bad])
        stage.write(*WORDS[50:])
        wait_for(lambda: len(told(stage.reading)) == len(WORDS) - 1, 30)
        mended.touch()
        wait_for(lambda: len(told(stage.reading)) == len(WORDS), 60)
        come_to_rest(stage.evidence)
        consumer.stop()

    stage.evidence.may_be_dead = len(bad)
    check_invariants(stage.evidence)
    assert len(kept(stage.reading)) == len(bad)


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
        wait_for(lambda: len(told(stage.reading)) == len(WORDS) - 1)
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
    monkeypatch.setattr("servicekit.parking.machine_now", lambda: parked.retry_at)
    assert retry_due(reading)

    assert at_once == [words for words in WORDS if words != POISON]
    assert told(reading) == WORDS
    assert kept(reading) == []


def test_f16_slow_consumer_holds_no_more_than_its_hands_and_is_given_nothing_twice(stage):
    stage.write(*WORDS)
    with working(stage.writing):
        wait_for(lambda: unsent(stage.writing) == 0)

    slow = stage.work("reader", slow=0.05)
    wait_for(lambda: len(told(stage.reading)) == len(WORDS), 60)
    come_to_rest(stage.evidence)
    slow.stop()

    check_invariants(stage.evidence)
    assert redelivered(slow) == 0


def redelivered(process):
    return process.log.read_text().count("redelivered")


def test_f19_two_relays_and_two_consumers_at_once(stage):
    processes = [stage.work(service) for service in ("writer", "writer", "reader", "reader")]
    stage.write(*WORDS)
    wait_for(lambda: len(told(stage.reading)) > 50)
    for process in processes[::2]:
        process.kill()
    stage.write(*(f"{words} again" for words in WORDS))
    wait_for(lambda: len(told(stage.reading)) == 2 * len(WORDS), 60)
    come_to_rest(stage.evidence)
    for process in processes[1::2]:
        process.stop()

    check_invariants(stage.evidence)
