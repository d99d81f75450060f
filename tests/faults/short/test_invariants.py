"""The invariants hold of what is well, and each of them says so when it is broken."""

import json
from uuid import UUID

import pytest
from sqlalchemy import delete, update

import reader
import writer
from faults.evidence import Evidence
from faults.examined import broken_by, change, event_of, tell
from faults.invariants import check_invariants
from faults.rest import NotAtRestError, come_to_rest
from notes import write
from servicekit import identifiers
from servicekit.bus import topology
from servicekit.bus.event_keys import HISTORY
from servicekit.bus.in_process import Pump
from servicekit.data.tables import inbox, outbox
from servicekit.operations import health


@pytest.fixture
def embedded(sqlite_runtime_of):
    """The same without a broker."""
    pair = [sqlite_runtime_of(writer.SERVICE), sqlite_runtime_of(reader.SERVICE)]
    instance = Evidence(pair)
    tell(instance)
    pump = Pump(pair)
    while pump.round():
        pass
    return instance


@pytest.fixture
def instance(embedded):
    return embedded


def test_nothing_is_wrong_with_what_went_well(instance):
    check_invariants(instance)


def test_promise_that_was_not_kept_is_found(instance):
    instance.ledger.promised("writer", "note", words="never written")

    assert broken_by(instance).invariants == {"promises kept"}


def test_promise_that_was_kept_twice_is_found(instance):
    with instance.runtimes[0].database.write() as session:
        session.add(writer.Note(id=identifiers.fresh(), home="RU-KLU", version=0, words="one"))

    assert "promises kept" in broken_by(instance).invariants


def test_unanswered_write_may_be_there_or_not(instance):
    instance.ledger.asked("writer", "note", words="one")
    instance.ledger.asked("writer", "note", words="never written")

    check_invariants(instance)


def test_event_that_was_never_sent_is_found(instance):
    write(instance.runtimes[0], "four")

    assert "nothing waits" in broken_by(instance).invariants


def test_event_that_never_reached_the_bus_is_found(instance):
    write(instance.runtimes[0], "four")
    change(instance.runtimes[0], delete(outbox).where(outbox.c.body.contains("four")))

    assert {"every state told", "effects once"} <= broken_by(instance).invariants


def test_state_that_was_told_under_two_ids_is_found(embedded):
    row = {"event_id": identifiers.fresh(), "exchange": topology.EVENTS, "routing_key": "ru-klu.note.written.v1"}
    event = event_of(embedded, "two")
    body = json.dumps(
        {
            "id": str(row["event_id"]),
            "source": event.source,
            "type": event.type,
            "subject": event.subject,
            "subjectversion": event.version,
            "data": event.data,
        }
    )
    change(embedded.runtimes[0], outbox.insert().values(**row, body=body, sent_at=event.made_at))

    assert "every state told" in broken_by(embedded).invariants


def test_event_that_a_service_never_took_is_found(instance):
    event = event_of(instance, "two")
    change(instance.runtimes[1], delete(inbox).where(inbox.c.event_id == event.id))
    change(instance.runtimes[1], delete(reader.Told).where(reader.Told.words == "two"))
    change(instance.runtimes[1], delete(reader.NoteCopy).where(reader.NoteCopy.id == UUID(event.subject)))

    assert broken_by(instance).invariants == {"everybody heard", "effects once"}


def test_effect_that_was_lost_is_found(instance):
    change(instance.runtimes[1], delete(reader.Told).where(reader.Told.words == "two"))

    assert [violation.what for violation in broken_by(instance).violations] == ["'two' was never told"]


def test_effect_that_happened_twice_is_found(instance):
    with instance.runtimes[1].database.write() as session:
        session.add(reader.Told(id=identifiers.fresh(), words="two"))

    assert [violation.what for violation in broken_by(instance).violations] == ["'two' was told 2 times"]


def test_copy_that_differs_from_its_owner_is_found(instance):
    change(instance.runtimes[1], update(reader.NoteCopy).where(reader.NoteCopy.words == "one").values(words="won"))

    assert broken_by(instance).invariants == {"effects once"}


def test_parked_event_is_found(instance):
    change(instance.runtimes[1], parked(instance, event_of(instance, "one").made_at))

    assert "nothing waits" in broken_by(instance).invariants


def parked(instance, retry_at):
    event = event_of(instance, "one")
    return update(inbox).where(inbox.c.event_id == event.id).values(body="{}", attempts=8, retry_at=retry_at)


def test_dead_letter_is_found_unless_the_test_made_it(instance):
    change(instance.runtimes[1], parked(instance, None))

    assert broken_by(instance).invariants == {"dead letters alarmed"}

    instance.may_be_dead = 1
    check_invariants(instance)


def test_dead_letter_of_history_is_found_unless_the_test_made_it(instance):
    event = event_of(instance, "one")
    key = {"source": f"{HISTORY}{event.source}", "event_id": event.id, "received_at": event.made_at}
    change(instance.runtimes[1], inbox.insert().values(**key, body="{}", error="", attempts=1))

    assert broken_by(instance).invariants == {"dead letters alarmed"}

    instance.may_be_dead = 1
    check_invariants(instance)


@pytest.mark.parametrize("said", [0, 2, None])
def test_health_that_counts_other_dead_letters_than_there_are_is_found(instance, monkeypatch, said):
    change(instance.runtimes[1], parked(instance, None))
    instance.may_be_dead = 1
    inspect = health.inspect
    wrong = {"reader": {"events": {"dead": said}}}
    monkeypatch.setattr(
        "servicekit.operations.health.inspect", lambda each: wrong.get(each.service.name) or inspect(each)
    )

    assert [violation.what for violation in broken_by(instance).violations] == [
        f"reader: health speaks of {said} dead letters, there are 1"
    ]


def test_event_to_which_a_service_does_not_listen_is_found_in_its_inbox(instance):
    event = event_of(instance, "one")
    key = {"source": event.source, "event_id": event.id, "received_at": event.made_at}
    change(instance.runtimes[0], inbox.insert().values(**key))

    assert broken_by(instance).invariants == {"nothing foreign"}


def test_rest_is_not_found_while_something_waits(embedded):
    write(embedded.runtimes[0], "four")

    with pytest.raises(NotAtRestError, match="1 unsent"):
        come_to_rest(embedded, seconds=0.5)
