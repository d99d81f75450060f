"""What was told before the history begins is told once more, as the state that it is now."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select

import reader
import writer
from contracts.event import parse_envelope
from instances import broker_link, wait_for, working
from notes import known, told, unsent, write
from servicekit.bus import inbox, snapshots, topology
from servicekit.bus.in_process import Pump
from servicekit.data import tables
from servicekit.worker import Worker


def state(_session, note):
    kind = writer.NoteWhispered if note.words.startswith("private") else writer.NoteWritten
    return kind(note_id=note.id, words=note.words)


NOTES = snapshots.Snapshot(entity="note", rows=snapshots.all_of(writer.Note), tell=state)
WRITER = replace(writer.SERVICE, snapshots=(NOTES,))


def ask(runtime, *entities):
    with runtime.database.write() as session:
        snapshots.request(session, entities)


def tell_all(runtime):
    """Work on what was asked for until nothing is left; return how many pages it took."""
    pages = 0
    while snapshots.step(runtime):
        pages += 1
    return pages


def bodies(runtime):
    """Return what waits to be sent, in order, but for the word that the service is installed."""
    with runtime.database.read() as session:
        rows = session.execute(select(tables.outbox).order_by(tables.outbox.c.seq)).all()
    return [row.body for row in rows if ".service." not in row.routing_key]


def forget(runtime):
    with runtime.database.write() as session:
        session.execute(tables.outbox.delete())


def test_private_events_that_nobody_takes_hold_up_no_snapshot(runtime_of):
    writing = runtime_of(WRITER)
    write(writing, "known")
    write(writing, *(f"private {number}" for number in range(3)), private=True)

    with writing.database.read() as session:
        assert snapshots.unsent(session) == 2  # the note, and that the writer is installed


def progress(runtime, entity):
    with runtime.database.read() as session:
        return snapshots.progress(session)[entity]


def versions(runtime):
    with runtime.database.read() as session:
        return {note.id: note.version for note in session.scalars(select(writer.Note))}


@pytest.fixture
def writing(runtime_of):
    return runtime_of(WRITER)


def test_service_that_knows_nothing_ends_equal_and_reacts_to_nothing(writing, reading):
    write(writing, *(f"note {number}" for number in range(250)))
    there = {note: ("note", version) for note, version in versions(writing).items()}
    forget(writing)

    ask(writing, "note")
    pages = tell_all(writing)
    inbox.receive(reading, bodies(writing))

    assert pages == 3
    assert progress(writing, "note").told == 250
    assert {note: version for note, (_, version) in known(reading).items()} == {
        note: version for note, (_, version) in there.items()
    }
    assert told(reading) == []
    assert versions(writing) == {note: version for note, (_, version) in there.items()}


def test_what_was_never_told_stays_untold(writing):
    with writing.database.write() as session:
        session.add(writer.Note(id=writer.identifiers.fresh(), home="RU-KLU", words="draft", version=0))

    ask(writing, "note")
    tell_all(writing)

    assert [body for body in bodies(writing) if "draft" in body] == []


def test_instance_tells_only_what_is_at_home_there(runtime_of):
    writing = runtime_of(WRITER, homes="RU-KYA")
    with writing.database.write() as session:
        for number, home in enumerate(("RU-KLU", "RU-KYA")):
            session.add(writer.Note(id=writer.UUID(int=number), home=home, words=home, version=1))

    ask(writing, "note")
    tell_all(writing)

    assert [parse_envelope(body).source for body in bodies(writing)] == ["/ru-kya/writer"]


def test_live_event_wins_over_the_older_snapshot_that_comes_later(writing, reading):
    write(writing, "old")
    (note,) = versions(writing)
    forget(writing)
    ask(writing, "note")
    tell_all(writing)
    (snapshot,) = bodies(writing)
    forget(writing)
    with writing.database.write() as session:
        writer.change_note(session, note, "new")

    inbox.receive(reading, bodies(writing))
    inbox.receive(reading, [snapshot])

    assert known(reading) == {note: ("new", 2)}
    assert told(reading) == ["new"]


def test_reaction_to_a_live_event_runs_though_a_snapshot_came_first(writing, reading):
    write(writing, "words")
    (live,) = bodies(writing)
    forget(writing)
    ask(writing, "note")
    tell_all(writing)

    inbox.receive(reading, bodies(writing))
    inbox.receive(reading, [live])

    assert told(reading) == ["words"]


def test_page_that_was_killed_is_told_again_and_the_rest_after_it(writing, reading, monkeypatch):
    write(writing, *(f"note {number}" for number in range(250)))
    forget(writing)
    ask(writing, "note")
    snapshots.step(writing)
    monkeypatch.setattr(snapshots, "update", interrupted)
    with pytest.raises(KeyboardInterrupt):
        snapshots.step(writing)
    monkeypatch.undo()

    before = len(bodies(writing))
    tell_all(writing)

    assert before == 100
    assert len({parse_envelope(body).subject for body in bodies(writing)}) == len(bodies(writing)) == 250
    assert progress(writing, "note").finished_at


def interrupted(*_args):
    raise KeyboardInterrupt


def test_asked_for_again_it_begins_anew(writing):
    write(writing, *(f"note {number}" for number in range(150)))
    forget(writing)
    ask(writing, "note")
    snapshots.step(writing)

    ask(writing, "note")
    tell_all(writing)

    assert len(bodies(writing)) == 250
    assert progress(writing, "note").told == 150


def test_two_at_once_tell_everything_and_neither_fails(writing):
    write(writing, *(f"note {number}" for number in range(400)))
    forget(writing)
    ask(writing, "note")

    def work():
        while not progress(writing, "note").finished_at:
            snapshots.step(writing)

    with ThreadPoolExecutor(2) as pool:
        for half in [pool.submit(work) for _ in range(2)]:
            half.result(60)

    assert len({parse_envelope(body).subject for body in bodies(writing)}) == len(bodies(writing)) == 400


def test_nothing_is_told_while_live_events_wait(writing, monkeypatch):
    monkeypatch.setattr(snapshots, "MOST_UNSENT", 10)
    write(writing, *(f"note {number}" for number in range(11)))
    ask(writing, "note")

    while_they_wait = snapshots.step(writing)
    forget(writing)
    afterwards = snapshots.step(writing)

    assert (while_they_wait, afterwards) == (False, True)


def test_page_keeps_nobody_from_changing_what_it_tells(runtime_of, database_kind):
    if database_kind == "sqlite":
        return  # one writer at a time, whatever it writes
    writing = runtime_of(WRITER)
    write(writing, "old")
    (note,) = versions(writing)
    forget(writing)
    ask(writing, "note")

    with writing.database.write() as telling:
        snapshots._tell_page(telling, snapshots.snapshots_of(writing.service))
        with writing.database.write() as changing:
            writer.change_note(changing, note, "new")

    states = sorted(
        (parse_envelope(body).subjectversion, parse_envelope(body).data["words"]) for body in bodies(writing)
    )
    assert states == [(1, "old"), (2, "new")]


def test_new_service_is_told_what_no_history_holds(make):
    writing, there = make(WRITER), make(reader.SERVICE)
    with working(writing, there):
        write(writing, "private words", private=True)
        wait_for(lambda: told(there) == ["private words"])
    with broker_link(there.settings.broker_url) as link:
        link.channel.queue_delete(topology.queue_of("reader"))

    late = make(reader.SERVICE)
    with working(writing, late):
        wait_for(lambda: known(late) == known(there))

    assert told(late) == []


def test_moved_clock_reaches_who_was_not_there(runtime_of):
    telling, late = runtime_of(WRITER), runtime_of(reader.SERVICE)
    with telling.database.write() as session:
        session.execute(tables.clock.insert().values(id=writer.UUID(int=1), home="", version=3, shift_seconds=3600.0))

    ask(telling, "clock")
    tell_all(telling)
    inbox.receive(late, bodies(telling))

    with late.database.read() as session:
        (row,) = session.execute(select(tables.clock))
    assert (row.version, row.shift_seconds) == (3, 3600.0)


def test_embedded_service_that_joins_late_is_told_by_its_worker(runtime_of):
    writing, reading = runtime_of(WRITER), runtime_of(reader.SERVICE)
    write(writing, "before")
    pump = Pump([writing])
    while pump.round():
        pass
    with writing.database.write() as session:
        session.execute(tables.outbox.delete().where(tables.outbox.c.sent_at.is_not(None)))
    worker = Worker([writing, reading])
    worker.start()
    try:
        wait_for(lambda: unsent(writing) == 0)
        ask(writing, "note")
        wait_for(lambda: [words for words, _ in known(reading).values()] == ["before"])
    finally:
        worker.stop()

    assert told(reading) == []


@pytest.mark.parametrize("error", [ValueError, KeyError])
def test_state_that_cannot_be_told_holds_up_none_of_the_others(runtime_of, error):
    def tell(session, note):
        if note.words == "second":
            raise error(note.words)
        return state(session, note)

    writing = runtime_of(replace(WRITER, snapshots=(replace(NOTES, tell=tell),)))
    write(writing, "first", "second", "third")
    forget(writing)

    ask(writing, "note")
    tell_all(writing)

    assert [parse_envelope(body).data["words"] for body in bodies(writing)] == ["first", "third"]
    assert progress(writing, "note").told == 2
    assert progress(writing, "note").finished_at
