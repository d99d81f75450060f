"""Events that failed are found, replayed with one effect, and discarded for good; every action is in the audit."""

import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import update

import reader
from letters_dead import WHY, audit_of, body_of, dead, discard, due_now, found, id_of, listed, parked, replay, retry_all
from notes import known, told
from servicekit import identifiers
from servicekit.auth import actors
from servicekit.bus import inbox, parking, retries
from servicekit.bus.dead_letters import store
from servicekit.bus.dead_letters.store import Filter, GoneError, LetterNotFoundError, State, identifier, key_of
from servicekit.data import clock, tables
from servicekit.telemetry.tracing import Tracing

NOTE, WHISPER = "caravan.note.written.v1", "caravan.note.whispered.v1"


def replay_all(runtime, asked=None, after=None):
    with runtime.database.write() as session:
        return store.replay_all(session, asked or Filter(), WHY, actors.OPERATOR, after=after)


def counted(runtime):
    with runtime.database.read() as session:
        counts = store.counts(session)
    return counts.parked, counts.dead


def test_list_tells_parked_from_dead_by_type_and_state(writing, reading):
    waiting = parked(writing, reading, "bitter")
    lost = dead(writing, reading, "hopeless", private=True)

    assert {letter.id: (letter.state, letter.type) for letter in listed(reading)} == {
        waiting: (State.PARKED, NOTE),
        lost: (State.DEAD, WHISPER),
    }
    assert [letter.id for letter in listed(reading, Filter(type=NOTE))] == [waiting]
    assert [letter.id for letter in listed(reading, Filter(state=State.DEAD))] == [lost]
    assert counted(reading) == (1, 1)


def test_pages_of_the_list_show_each_letter_once(writing, reading):
    letters = [parked(writing, reading, f"bitter {number}") for number in range(5)]

    pages, after = [], None
    while page := listed(reading, after=after, limit=2):
        pages.append([letter.id for letter in page])
        after = page[-1].id

    assert pages == [letters[:2], letters[2:4], letters[4:]]


def test_replayed_letter_takes_effect_once_through_the_normal_door(writing, reading):
    body = body_of(writing, "hopeless")
    with reader.unbearable("hopeless"):
        inbox.receive(reading, [body])
    letter = id_of(body)

    done, outcome = replay(reading, letter)
    assert (done.state, done.attempts, outcome) == (State.PARKED, 0, "due")
    retry_all(reading)
    replay(reading, letter)
    inbox.receive(reading, [body])
    retry_all(reading)

    assert told(reading) == ["hopeless"]
    assert found(reading, letter).state is State.HANDLED
    assert audit_of(reading) == [("replay", WHY, "due", "operator")]
    assert counted(reading) == (0, 0)


def test_dry_run_says_what_would_happen_and_changes_nothing(writing, reading):
    letter = dead(writing, reading, "hopeless")
    before = found(reading, letter)

    outcomes = [replay(reading, letter, dry_run=True)[1], discard(reading, letter, dry_run=True)[1]]

    assert outcomes == ["due", "discarded"]
    assert found(reading, letter) == before
    assert audit_of(reading) == []


def test_replayed_letter_that_fails_has_all_its_tries_again(writing, reading):
    letter = dead(writing, reading, "hopeless")

    replay(reading, letter)
    with reader.unbearable("hopeless"):
        for _ in range(parking.MAX_ATTEMPTS):
            assert found(reading, letter).state is State.PARKED
            due_now(reading)
            retries.retry_due(reading)

    assert (found(reading, letter).state, told(reading)) == (State.DEAD, [])


def test_replays_at_once_and_retries_meanwhile_have_one_effect(writing, reading):
    letters = [dead(writing, reading, f"hopeless {number}") for number in range(6)]
    failures = []

    def hammer(work):
        for letter in letters * 3:
            try:
                work(letter)
            except Exception as error:  # noqa: BLE001  # a deadlock would be one
                failures.append(error)

    works = [lambda letter: replay(reading, letter)] * 3 + [lambda _letter: retry_all(reading)] * 2
    threads = [threading.Thread(target=hammer, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    retry_all(reading)

    assert failures == []
    assert told(reading) == sorted(f"hopeless {number}" for number in range(6))
    assert counted(reading) == (0, 0)


def test_discarded_letter_is_gone_and_a_copy_that_comes_later_has_no_effect(writing, reading):
    body = body_of(writing, "hopeless")
    with reader.unbearable("hopeless"):
        inbox.receive(reading, [body])
    letter = id_of(body)

    discard(reading, letter)
    discard(reading, letter)
    inbox.receive(reading, [body])
    retry_all(reading)

    assert told(reading) == []
    assert (found(reading, letter).state, found(reading, letter).body) == (State.DISCARDED, None)
    assert listed(reading) == []
    assert [row[:3] for row in audit_of(reading)] == [("discard", WHY, "discarded")]


def test_old_letter_that_is_discarded_stays_known_when_the_inbox_is_tidied(writing, reading, monkeypatch):
    letter = dead(writing, reading, "hopeless")
    with reading.database.write() as session:
        session.execute(store.inbox.update().values(received_at=parking.machine_now().replace(year=2020)))

    discard(reading, letter)
    with reading.database.write() as session:
        inbox.prune(session)

    assert found(reading, letter).state is State.DISCARDED


def test_what_was_discarded_cannot_be_replayed_nor_what_was_handled_discarded(writing, reading):
    given_up, mended = dead(writing, reading, "one"), dead(writing, reading, "two")
    discard(reading, given_up)
    replay(reading, mended)
    retry_all(reading)

    with pytest.raises(GoneError):
        replay(reading, given_up)
    with pytest.raises(GoneError):
        discard(reading, mended)

    assert told(reading) == ["two"]


def test_letter_of_history_changes_the_copy_and_causes_nothing(writing, reading, monkeypatch):
    body = body_of(writing, "long ago")
    monkeypatch.setattr(reader, "keep_note_hurts", True)
    inbox.replay(reading, [body])
    monkeypatch.undo()
    (letter,) = listed(reading)

    replay(reading, letter.id)
    retry_all(reading)

    assert letter.is_history and letter.state is State.DEAD
    assert [words for words, _version in known(reading).values()] == ["long ago"]
    assert told(reading) == []
    inbox.receive(reading, [body])
    assert told(reading) == ["long ago"]


def test_many_are_replayed_some_at_a_time_the_oldest_first(writing, reading, monkeypatch):
    monkeypatch.setattr(store, "MOST", 2)
    letters = [dead(writing, reading, f"hopeless {number}") for number in range(5)]
    whisper = dead(writing, reading, "whisper", private=True)

    counts, after = [], None
    while True:
        count, after = replay_all(reading, Filter(type=NOTE), after)
        counts.append(count)
        if after is None:
            break

    assert counts == [2, 2, 1]
    assert [found(reading, letter).state for letter in (*letters, whisper)] == [State.PARKED] * 5 + [State.DEAD]
    assert len(audit_of(reading)) == 5
    assert retry_all(reading) == 5


@pytest.mark.parametrize(
    "letter",
    [
        "",
        ".",
        "x",
        "..",
        "x.y",
        "../../etc/passwd",
        "' OR 1=1 --.Lw",
        "01a20ae9-5e1d-7154-8725-002a51e82150",
        "01a20ae9-5e1d-7154-8725-002a51e82150.L3J1LWtsdS93cml0ZXI=",
        "01a20ae9-5e1d-7154-8725-002a51e82150.AA",
        "\x00." + identifier("/x", ""),
        "ид." + identifier("/x", "")[1:],
        "a." + "A" * 100_000,
    ],
)
def test_strange_identifier_is_not_found(reading, letter):
    with pytest.raises(LetterNotFoundError):
        found(reading, letter)


def test_identifier_is_one_safe_word_for_any_source():
    source = "history:/ru-klu/writer?ÿ/../ %00"

    letter = identifier(source, "7")

    assert key_of(letter) == (source, "7")
    assert letter.replace(".", "").replace("-", "").replace("_", "").isalnum()


def test_handled_event_that_nobody_touched_is_no_letter(writing, reading):
    body = body_of(writing, "fine")
    inbox.receive(reading, [body])

    with pytest.raises(LetterNotFoundError):
        found(reading, id_of(body))


def test_letter_is_found_by_the_id_of_its_event_alone(writing, reading):
    letter = dead(writing, reading, "hopeless")
    event_id = letter.partition(".")[0]
    with reading.database.write() as session:
        before = store.named(session, event_id)
    discard(reading, letter)

    with reading.database.read() as session:
        after = store.named(session, event_id)
        strangers = store.named(session, str(identifiers.fresh()))

    assert [one.state for one in (*before, *after)] == [State.DEAD, State.DISCARDED]
    assert strangers == []


def test_event_that_dies_is_told_at_error_without_its_content(writing, reading, caplog):
    with Tracing().answering(None):
        body = body_of(writing, "secret words").replace("written.v1", "written.v9")

    inbox.receive(reading, [body])

    (told_of,) = [record for record in caplog.records if record.message == "event died"]
    assert (told_of.levelname, told_of.event_id) == ("ERROR", json.loads(body)["id"])
    assert told_of.type == "caravan.note.written.v9"
    assert told_of.trace_id == json.loads(body)["traceparent"][3:35]
    assert "secret words" not in caplog.text


def test_dead_letter_is_given_up_after_two_weeks_and_what_is_parked_is_not(writing, reading):
    old, young, waiting = (dead(writing, reading, words) for words in ("old", "young", "waiting"))
    with reading.database.write() as session:
        for letter, days in ((old, 15), (young, 13), (waiting, 15)):
            then = clock.machine_now() - timedelta(days=days)
            changes = {"received_at": then, "last_tried_at": then}
            changes |= {"retry_at": clock.machine_now()} if letter == waiting else {}
            mine = tables.inbox.c.event_id == letter.partition(".")[0]
            session.execute(update(tables.inbox).where(mine).values(**changes))

    with reading.database.write() as session:
        store.give_up_old(session, actors.system("reader"))

    assert sorted(letter.id for letter in listed(reading)) == sorted([young, waiting])
    assert found(reading, old).state is State.DISCARDED
    assert [(action, actor) for action, _, _, actor in audit_of(reading)] == [("discard", "system:reader")]
