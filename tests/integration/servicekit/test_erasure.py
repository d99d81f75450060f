"""Whoever is forgotten stays forgotten: rows, bodies and answers go, and nothing late brings anybody back."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import select

import reader
import writer
from contracts import event as wire
from contracts.instance import PersonErased, PersonErasureRequested
from letters_dead import audit_of, dead, parked
from notes import kept, known, told, write
from servicekit import identifiers
from servicekit.app import create_app
from servicekit.auth import actors
from servicekit.bus import inbox
from servicekit.bus.dead_letters import store
from servicekit.bus.dead_letters.store import GoneError
from servicekit.data import clock, tombstones
from servicekit.data.tables import idempotency, outbox, tombstone
from servicekit.privacy import erasure, restoring
from servicekit.privacy.personal import Personal

ASKED = datetime(2026, 3, 1, tzinfo=UTC)


def export(session, person_id):
    note = session.get(reader.NoteCopy, person_id)
    return {"note": [{"words": note.words}]} if note and note.words else {}


def forget(session, person_id, actor):
    note = session.get(reader.NoteCopy, person_id)
    if note is not None:
        note.words = ""


READER = replace(reader.SERVICE, personal=Personal(export=export, erase=forget))


@pytest.fixture
def writing(sqlite_runtime_of):
    return sqlite_runtime_of(writer.SERVICE)


@pytest.fixture
def reading(runtime_of, tmp_path):
    return runtime_of(READER, tombstones_file=tmp_path / "tombstones")


def about(person_id, event, version=1, **more):
    origin = wire.Origin(
        id=identifiers.fresh(),
        source="/ru-klu/writer",
        subject=str(person_id),
        time=ASKED,
        subjectversion=version,
        **more,
    )
    return wire.to_wire(event, origin)


def request_of(person_id, **more):
    subject = identifiers.derived("erasure", "request", person_id)
    return about(subject, PersonErasureRequested(person_id=person_id, requested_at=ASKED), **more)


def note_of(person_id, words="Снегирин", version=1, *, private=False):
    kind = writer.NoteWhispered if private else writer.NoteWritten
    return about(person_id, kind(note_id=person_id, words=words), version)


def answers(runtime):
    with runtime.database.read() as session:
        bodies = session.scalars(select(outbox.c.body).order_by(outbox.c.seq)).all()
    return [
        data.data
        for data in map(wire.parse_data, map(wire.parse_envelope, bodies))
        if isinstance(data.data, PersonErased)
    ]


def words_of(runtime):
    return {id_: words for id_, (words, _) in known(runtime).items()}


def test_request_deletes_what_is_held_and_is_answered(reading):
    person = identifiers.fresh()
    inbox.receive(reading, [note_of(person)])

    inbox.receive(reading, [request_of(person)])

    assert words_of(reading) == {person: ""}
    assert answers(reading) == [PersonErased(person_id=person, service="reader")]


@pytest.mark.parametrize("private", [False, True])
def test_79_event_for_a_forgotten_person_has_no_effect(reading, private):
    person, other = identifiers.fresh(), identifiers.fresh()
    inbox.receive(reading, [request_of(person)])

    inbox.receive(reading, [note_of(person, private=private), note_of(other, "Журавлёва")])
    inbox.replay(reading, [note_of(person, "Снегирин", 2)])

    assert words_of(reading) == {other: "Журавлёва"}
    assert told(reading) == ["Журавлёва"]


def test_79_event_in_the_same_batch_after_the_request_has_no_effect(reading):
    person = identifiers.fresh()

    inbox.receive(reading, [note_of(person), request_of(person), note_of(person, "опять", 2)])

    assert words_of(reading) == {person: ""}


def test_79_event_that_nobody_can_read_is_not_kept_of_a_forgotten_person(reading):
    person = identifiers.fresh()
    inbox.receive(reading, [request_of(person)])
    broken = json.loads(note_of(person, private=True)) | {"data": {"names": "Снегирин"}}

    inbox.receive(reading, [json.dumps(broken), f'{{"about": "{person}", "name": "Снегирин"'])

    assert kept(reading) == []


def test_request_in_the_history_forgets_and_is_answered(reading):
    person = identifiers.fresh()

    inbox.replay(reading, [note_of(person), request_of(person)])

    assert words_of(reading) == {person: ""}
    assert len(answers(reading)) == 1


def test_request_that_is_told_again_is_answered_only_where_it_asks_anew(reading):
    person = identifiers.fresh()
    inbox.receive(reading, [request_of(person)])

    inbox.receive(reading, [request_of(person, snapshot=True)])
    after_snapshot = len(answers(reading))
    inbox.receive(reading, [request_of(person, version=2)])

    assert (after_snapshot, len(answers(reading))) == (1, 2)


def test_parked_and_dead_bodies_of_the_person_are_deleted_with_an_entry_in_the_audit(writing, reading):
    parked(writing, reading, "горько")
    dead(writing, reading, "безнадёжно", private=True)
    dead(writing, reading, "чужое")
    people = {UUID(json.loads(row.body)["subject"]) for row in kept(reading) if "чужое" not in row.body}

    inbox.receive(reading, [request_of(person) for person in people])

    assert ["чужое" in row.body for row in kept(reading)] == [True]
    assert [(action, actor) for action, _, _, actor in audit_of(reading)] == [("discard", "system:reader")] * 2


def test_142_replay_of_an_event_of_a_forgotten_person_is_refused(writing, reading):
    letter = dead(writing, reading, "горько", private=True)
    (row,) = kept(reading)
    inbox.receive(reading, [request_of(UUID(json.loads(row.body)["subject"]))])

    with pytest.raises(GoneError), reading.database.write() as session:
        store.replay(session, letter, "again", actors.OPERATOR, dry_run=False)

    assert kept(reading) == []


def test_142_replay_is_refused_where_the_body_came_back_with_a_back_up(writing, reading):
    letter = dead(writing, reading, "горько", private=True)
    (row,) = kept(reading)
    grave = {"person_id": UUID(json.loads(row.body)["subject"]), "id": identifiers.fresh(), "home": "x", "version": 1}
    with reading.database.write() as session:
        session.execute(tombstone.insert().values(**grave, requested_at=ASKED, erased_at=ASKED))

    with pytest.raises(GoneError), reading.database.write() as session:
        store.replay(session, letter, "again", actors.OPERATOR, dry_run=False)


def test_private_events_to_be_sent_are_deleted_and_public_ones_stay(writing):
    write(writing, "тихо", private=True)
    write(writing, "громко")
    with writing.database.read() as session:
        bodies = [body for body in session.scalars(select(outbox.c.body)) if "тихо" in body or "громко" in body]

    inbox.receive(writing, [request_of(UUID(json.loads(body)["subject"])) for body in bodies])

    with writing.database.read() as session:
        left = "\n".join(session.scalars(select(outbox.c.body)))
    assert ("тихо" in left, "громко" in left) == (False, True)


def test_kept_answer_that_names_the_person_is_gone_and_its_key_is_not_free(reading):
    person = identifiers.fresh()
    row = {"actor": "operator", "route": "/v1/notes", "key": "k", "request_hash": "h", "status": 201}
    body = json.dumps({"id": str(person), "names": "Снегирин"})
    with reading.database.write() as session:
        session.execute(idempotency.insert().values(**row, body=body, created_at=clock.machine_now()))

    inbox.receive(reading, [request_of(person)])

    with reading.database.read() as session:
        (kept_answer,) = session.execute(select(idempotency)).all()
    assert (kept_answer.status, "Снегирин" in kept_answer.body) == (410, False)


def test_forgetting_that_fails_deletes_nothing_and_is_tried_again(runtime_of):
    def hurt(session, person_id, actor):
        raise RuntimeError

    hurting = runtime_of(replace(READER, personal=Personal(erase=hurt)))
    person = identifiers.fresh()

    inbox.receive(hurting, [request_of(person)])

    with hurting.database.read() as session:
        assert tombstones.among(session, {person}) == set()
    assert [json.loads(row.body)["type"] for row in kept(hurting)] == [PersonErasureRequested.type]
    assert answers(hurting) == []


def test_export_tells_what_is_held_and_after_erasure_nothing_but_that(reading):
    person = identifiers.fresh()
    inbox.receive(reading, [note_of(person)])
    client = create_app(reading).test_client()
    before = client.get(f"/v1/people/{person}/export").json
    page = client.get(f"/people/{person}").get_data(as_text=True)

    inbox.receive(reading, [request_of(person)])
    after = client.get(f"/v1/people/{person}/export").json

    assert before["records"] == {"note": [{"words": "Снегирин"}]}
    assert "Снегирин" in page
    assert (after["is_forgotten"], after["records"]) == (True, {})
    assert "Снегирин" not in client.get(f"/people/{person}").get_data(as_text=True)


def test_export_holds_private_events_that_failed(writing, reading):
    dead(writing, reading, "горько", private=True)
    (row,) = kept(reading)

    told_of = create_app(reading).test_client().get(f"/v1/people/{json.loads(row.body)['subject']}/export").json

    assert "горько" in told_of["records"]["inbox"][0]["event"]


def test_export_of_nobody_is_not_found(reading):
    assert create_app(reading).test_client().get(f"/v1/people/{identifiers.fresh()}/export").status_code == 404


def test_file_keeps_the_ids_and_a_database_that_lost_them_forgets_again(reading, tmp_path):
    person = identifiers.fresh()
    inbox.receive(reading, [request_of(person)])
    with reading.database.write() as session:
        session.execute(tombstone.delete())
        session.add(reader.NoteCopy(id=person, version=1, home="", words="Снегирин"))

    again = restoring.reconcile(reading)

    assert (again, restoring.reconcile(reading)) == (1, 0)
    assert words_of(reading) == {person: ""}
    assert tombstones.in_file(tmp_path / "tombstones") == {person: ASKED}


def test_file_that_lacks_somebody_is_completed(reading, tmp_path):
    person = identifiers.fresh()
    inbox.receive(reading, [request_of(person)])
    (tmp_path / "tombstones").unlink()

    restoring.reconcile(reading)

    assert tombstones.in_file(tmp_path / "tombstones") == {person: ASKED}


def test_file_that_was_spoilt_stops_the_start(reading, tmp_path):
    (tmp_path / "tombstones").write_text("no id\n", encoding="utf-8")

    with pytest.raises(ValueError, match="line 1"):
        restoring.reconcile(reading)


def test_transaction_that_is_undone_leaves_nobody_in_the_file(reading, tmp_path):
    with suppress(RuntimeError), reading.database.write() as session:
        erasure.carry_out(session, READER.personal, identifiers.fresh(), ASKED, actors.OPERATOR)
        raise RuntimeError

    assert not (tmp_path / "tombstones").exists()
