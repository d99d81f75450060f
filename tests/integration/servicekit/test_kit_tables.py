"""The tables of the kit are those that its migrations make, on both databases, and the audit only grows."""

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

import reader
from servicekit import clock, migrations
from servicekit.tables import audit

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
def reading(runtime_of):
    return runtime_of(reader.SERVICE)


@pytest.fixture
def audited(reading):
    with reading.database.write() as session:
        session.execute(audit.insert().values(at=clock.machine_now(), **ENTRY))
    return reading


def entries(runtime):
    with runtime.database.read() as session:
        return [(row.actor, row.reason) for row in session.execute(select(audit))]


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
