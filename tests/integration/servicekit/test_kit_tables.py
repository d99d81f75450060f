"""The tables of the kit are those that its migrations make, on both databases, and the audit only grows."""

import pytest
from alembic import command
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

import reader
from servicekit import identifiers, migrations
from servicekit.bus.dead_letters import store
from servicekit.data import clock
from servicekit.data.tables import audit, inbox, outbox
from servicekit.service import assemble

ENTRY = {
    "actor": "operator",
    "action": "replay",
    "service": "reader",
    "source": "/ru-klu/writer",
    "event_id": "7",
    "reason": "mended",
    "outcome": "set due",
}
FORGERIES = {
    "update": lambda: update(audit).values(actor="nobody"),
    "update of nothing but the reason": lambda: update(audit).where(audit.c.event_id == "7").values(reason=""),
    "delete": lambda: delete(audit),
}


@pytest.fixture
def audited(reading):
    with reading.database.write() as session:
        session.execute(audit.insert().values(at=clock.machine_now(), **ENTRY))
    return reading


def entries(runtime):
    with runtime.database.read() as session:
        return [(row.actor, row.reason) for row in session.execute(select(audit))]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_upgrade_keeps_what_is_to_be_sent_and_gives_no_number_twice(request, tmp_path, kind):
    url = f"sqlite:///{tmp_path}/old.db" if kind == "sqlite" else request.getfixturevalue("postgres_database")
    runtime = assemble(reader.SERVICE, {"READER_DATABASE_URL": url})
    with runtime.database.engine.begin() as connection:
        command.upgrade(migrations._config("servicekit", connection), "0009")
    before = [record(runtime, name) for name in ("one", "two", "three")]

    migrations.upgrade(runtime)

    assert recorded(runtime) == [*zip(before, ("one", "two", "three"), strict=True)]
    with runtime.database.write() as session:
        session.execute(delete(outbox).where(outbox.c.seq == before[-1]))
    assert record(runtime, "four") > before[-1]
    runtime.database.close()


def record(runtime, name):
    row = {"event_id": identifiers.fresh(), "exchange": "e", "routing_key": name, "body": "{}"}
    with runtime.database.write() as session:
        return session.execute(outbox.insert().values(row)).inserted_primary_key[0]


def recorded(runtime):
    with runtime.database.read() as session:
        rows = session.execute(select(outbox).order_by(outbox.c.seq)).all()
    return [(row.seq, row.routing_key) for row in rows if row.body == "{}"]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_upgrade_tells_the_types_of_what_had_failed_before(request, tmp_path, kind):
    url = f"sqlite:///{tmp_path}/old.db" if kind == "sqlite" else request.getfixturevalue("postgres_database")
    runtime = assemble(reader.SERVICE, {"READER_DATABASE_URL": url})
    with runtime.database.engine.begin() as connection:
        command.upgrade(migrations._config("servicekit", connection), "0001")
    old = {"source": "/x", "received_at": clock.machine_now(), "attempts": 8, "retry_at": None}
    bodies = {"1": '{"type": "caravan.note.written.v1"}', "2": "no json", "3": None}
    with runtime.database.write() as session:
        for event_id, body in bodies.items():
            columns = {**old, "event_id": event_id, "body": body}
            session.execute(inbox.insert().values(columns))

    migrations.upgrade(runtime)

    with runtime.database.read() as session:
        types = {row.event_id: row.type for row in session.execute(select(inbox))}
        counts = store.counts(session)
    runtime.database.close()
    assert types == {"1": "caravan.note.written.v1", "2": None, "3": None}
    assert counts.dead == 2


def test_migrations_make_the_declared_tables(reading):
    found = migrations.differences(reading)

    ours = [one for one in found if not any(name in str(one) for name in ("alembic_version", "note_copy", "told"))]
    assert ours == []


@pytest.mark.parametrize("forgery", FORGERIES)
def test_database_refuses_to_forge_the_audit(audited, forgery):
    with pytest.raises(DBAPIError, match="append-only"), audited.database.write() as session:
        session.execute(FORGERIES[forgery]())

    assert entries(audited) == [("operator", "mended")]


@pytest.mark.parametrize("database_kind", ["postgresql"])  # SQLite knows no TRUNCATE
def test_database_refuses_to_empty_the_audit(audited):
    with pytest.raises(DBAPIError, match="append-only"), audited.database.write() as session:
        session.execute(text("TRUNCATE audit"))

    assert entries(audited) == [("operator", "mended")]
