"""No log line and no error quotes what a private event says, or what a row of the database holds."""

import io
import logging
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

import reader
from letters_dead import body_of, due_now, parked
from notes import kept
from servicekit.bus import inbox, retries, subscriptions
from servicekit.telemetry import logs

SECRET = "Иванова +7 913 000-00-00"


@pytest.fixture
def lines():
    """What stands in the log, as a service writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines())
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


def test_failure_on_a_private_event_is_logged_with_its_place_and_without_its_words(writing, reading, lines):
    parked(writing, reading, SECRET, private=True)

    said = lines.getvalue()

    assert SECRET not in said
    assert "PoisonError" in said
    assert "in tell" in said


def test_failure_on_a_public_event_is_logged_with_what_was_said(writing, reading, lines):
    parked(writing, reading, "bitter")

    assert "PoisonError: bitter" in lines.getvalue()


@pytest.mark.parametrize(
    "refused",
    [
        "UPDATE told SET id = NULL",
        "SELECT CAST(words AS INTEGER) / 0 FROM told",
        "SELECT CAST(words AS UUID) FROM told",
    ],
)
def test_row_that_the_database_refuses_to_change_is_quoted_nowhere(writing, reading, lines, monkeypatch, refused):
    def react(session, envelope, actor):
        session.add(reader.Told(id=UUID(int=7), words=SECRET))
        session.flush()
        session.execute(text(refused)).all()
        raise reader.PoisonError  # SQLite takes it

    monkeypatch.setitem(subscriptions.reaction_handlers(reading.service), "caravan.note.written.v1", react)
    inbox.receive(reading, [body_of(writing, "public")])
    due_now(reading)
    retries.retry_due(reading)

    (row,) = kept(reading)
    assert row.attempts == 2
    assert "Error: " in row.error
    assert SECRET not in row.error
    assert SECRET not in lines.getvalue()


def test_error_of_a_request_quotes_no_row(reading, lines):
    with pytest.raises(IntegrityError) as caught:
        spoil(reading)

    cause = logs.told(caught.value)
    logging.getLogger("any").error("request failed", extra={"cause": cause}, exc_info=caught.value)

    assert SECRET not in cause
    assert "told.id" in cause or 'column "id"' in cause
    assert SECRET not in lines.getvalue()
    assert "in spoil" in lines.getvalue()


def spoil(runtime):
    with runtime.database.write() as session:
        session.add(reader.Told(id=UUID(int=7), words=SECRET))
        session.flush()
        session.execute(text("UPDATE told SET id = NULL"))
