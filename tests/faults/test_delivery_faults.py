"""Events come three times, in any order, to slow consumers: one effect each."""

import random

import pytest
from sqlalchemy import update

import reader
import writer
from faults.invariants import check_invariants
from faults.redelivery import again, disorder
from faults.rest import come_to_rest
from faults.watched import in_hand, work_watched
from instances import wait_for, working
from notes import known, told, unsent
from servicekit.bus import topology
from servicekit.data.tables import inbox, membership

WORDS = [f"note {number:03}" for number in range(200)]
HANDS = 400
"""How many events a consumer may have unacknowledged: the batch that it works on, and the next."""
SLOW_EVENTS, LONG = 3000, 8000
MEMORY_BYTES = 50 * 2**20
"""By how much a consumer may grow that has 120 MB before it."""


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


@pytest.mark.parametrize("seed", [4])
def test_f14_states_of_many_notes_arrive_in_any_order_for_the_first_time(stage, seed):
    notes = [write_through(stage, f"note {number}", states=6) for number in range(30)]
    with working(stage.writing):
        wait_for(lambda: unsent(stage.writing) == 0)
    have_joined(stage.reading)

    count = disorder(stage.evidence.vhost, topology.queue_of("reader"), 500, random.Random(seed))
    with working(stage.reading):
        wait_for(lambda: len(told(stage.reading)) == 180)
        come_to_rest(stage.evidence)

    assert count == 180
    assert {known(stage.reading)[note] for note in notes} == {(f"note {number}, state 6", 6) for number in range(30)}
    check_invariants(stage.evidence)


def have_joined(reading):
    """Let the reader have joined when there was nothing, so that it knows the notes from its queue alone."""
    with reading.database.write() as session:
        session.execute(update(membership).values(joined=True))


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


def test_f16_slow_consumer_holds_no_more_than_its_hands_and_is_given_nothing_twice(stage):
    long_words = [f"note {number:04} {'long ' * LONG}" for number in range(SLOW_EVENTS)]
    stage.write(*long_words)
    with working(stage.writing):
        wait_for(lambda: unsent(stage.writing) == 0, 180)

    slow = work_watched(stage, slow=0.01)
    wait_for(lambda: told(stage.reading))
    looks, resident = [], [slow.resident_bytes()]

    def is_done():
        looks.append(in_hand(stage, SLOW_EVENTS))
        resident.append(slow.resident_bytes())
        return looks[-1] == (0, 0)

    wait_for(is_done, 240)

    most_in_hand = max(held for held, waiting in looks if waiting)
    assert HANDS // 2 < most_in_hand <= HANDS
    assert max(resident) - resident[0] < MEMORY_BYTES
    assert slow.figure("caravan_redelivered_total") == 0
    come_to_rest(stage.evidence)
    slow.process.stop()
    check_invariants(stage.evidence)


def test_f16_what_a_killed_consumer_had_in_hand_is_counted_as_redelivered(stage):
    stage.write(*WORDS)
    with working(stage.writing):
        wait_for(lambda: unsent(stage.writing) == 0)

    slow = work_watched(stage, slow=0.05)
    wait_for(lambda: in_hand(stage, len(WORDS)) == (len(WORDS), 0))
    slow.process.kill()
    quick = work_watched(stage)
    wait_for(lambda: len(told(stage.reading)) == len(WORDS))

    assert quick.figure("caravan_redelivered_total") == len(WORDS)
    come_to_rest(stage.evidence)
    quick.process.stop()
    check_invariants(stage.evidence)
