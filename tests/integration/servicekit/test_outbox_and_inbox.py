"""Whatever the bus repeats or reorders: each event's effect exactly once, at the consumer's door."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

import writer
from contracts.event import Origin, parse_envelope, to_wire
from notes import effects, recorded, written
from servicekit import identifiers
from servicekit.bus import inbox, outbox
from servicekit.data import clock, tables


@pytest.fixture
def writing(runtime_of):
    return runtime_of(writer.SERVICE)


def test_rolled_back_transaction_leaves_no_event(writing):
    def fail() -> None:
        with writing.database.write() as session:
            writer.write_note(session, "never")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert recorded(writing) == []


def test_event_carries_the_number_of_each_state(writing):
    first, second = written(writing, "one", "two")

    assert [parse_envelope(first).subjectversion, parse_envelope(second).subjectversion] == [1, 2]


@pytest.mark.parametrize("length", [300_000, 17 * 1024 * 1024])
def test_72_event_over_the_limit_is_refused_where_it_is_written(writing, length):
    with pytest.raises(outbox.EventTooLargeError), writing.database.write() as session:
        writer.write_note(session, "x" * length)

    assert recorded(writing) == []


def test_aggregate_of_another_home_is_not_changed_here(runtime_of):
    elsewhere = runtime_of(writer.SERVICE, homes="RU-OMS")

    with pytest.raises(outbox.ForeignAggregateError), elsewhere.database.write() as session:
        writer.write_note(session, "not ours")


def test_70_duplicates_within_and_across_batches_take_effect_once(writing, reading):
    (body,) = written(writing, "once")

    inbox.receive(reading, [body, body])
    inbox.receive(reading, [body])

    assert effects(reading) == (["once"], [("once", 1)])


def test_70_same_id_with_another_body_has_no_effect(writing, reading):
    (body,) = written(writing, "once")

    inbox.receive(reading, [body, body.replace("once", "twisted")])
    inbox.receive(reading, [body.replace("once", "otherwise")])

    assert effects(reading) == (["once"], [("once", 1)])


def test_71_older_state_changes_no_copy_when_it_comes_late(writing, reading):
    first, second = written(writing, "old", "new")

    inbox.receive(reading, [second])
    inbox.receive(reading, [first])

    assert effects(reading)[1] == [("new", 2)]


def test_event_that_is_not_for_the_service_leaves_nothing_in_its_inbox(writing):
    inbox.receive(writing, written(writing, "hello"))

    with writing.database.read() as session:
        assert session.execute(select(tables.inbox)).all() == []


def test_snapshot_writes_the_copy_and_leaves_the_live_event_its_reaction(writing, reading):
    (body,) = written(writing, "state")
    snapshot = json.dumps(json.loads(body) | {"snapshot": True})

    inbox.receive(reading, [snapshot])
    assert effects(reading) == ([], [("state", 1)])

    inbox.receive(reading, [body])
    assert effects(reading) == (["state"], [("state", 1)])


def test_replay_runs_state_handlers_alone(writing, reading):
    history = written(writing, "a", "b")

    inbox.replay(reading, history)

    assert effects(reading) == ([], [("b", 2)])


def test_wire_form_reads_back_to_the_same_event():
    note = writer.NoteWritten(note_id=identifiers.fresh(), words="so «said»")
    origin = Origin(
        id=identifiers.fresh(), source="/ru-klu/writer", subject="x", time=clock.machine_now(), subjectversion=3
    )

    envelope = parse_envelope(to_wire(note, origin))

    assert (envelope.id, envelope.source, envelope.subjectversion) == (origin.id, origin.source, 3)
    assert replace(envelope, data=None).type == "caravan.note.written.v1"
