"""Events as they should never be told: refused before they leave, or dead where they come."""

import json
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import select

import writer
from builders.meetings import an_agreement
from builders.notifications import Bus, a_known_mission, deliveries
from contracts.data_classes import Id, Person
from contracts.event import REGISTRY, Event
from notifications.service import SERVICE as NOTIFICATIONS
from servicekit import identifiers
from servicekit.bus import outbox
from servicekit.bus.inbox import receive
from servicekit.data import tables


@dataclass(frozen=True, kw_only=True)
class Author:
    """Somebody."""

    name: Person[str]
    email: Person[str]


@pytest.fixture
def scrap_signed():
    """An event for everybody whose contract names a person, and which no contract test has seen."""

    @dataclass(frozen=True, kw_only=True)
    class ScrapSigned(Event, type="caravan.scrap.signed.v1"):
        """Somebody signed a scrap of paper."""

        scrap_id: Id[UUID]
        authors: tuple[Author, ...]

    yield ScrapSigned
    del REGISTRY[ScrapSigned.type]


def test_78_public_event_that_names_a_person_is_refused_where_it_is_written(runtime_of, scrap_signed):
    writing = runtime_of(writer.SERVICE)
    event = scrap_signed(scrap_id=identifiers.fresh(), authors=(Author(name="Роман", email="p1@example.org"),))

    with pytest.raises(outbox.PersonalEventError, match="name, email") as refused, writing.database.write() as session:
        outbox.record(session, writer.write_note(session, "signed"), event)

    with writing.database.read() as session:
        assert session.scalars(select(tables.outbox.c.body).where(tables.outbox.c.body.contains("scrap"))).all() == []
        assert session.scalars(select(writer.Note)).all() == []
    assert "Роман" not in str(refused.value)


def test_78_private_event_may_name_a_person(runtime_of):
    writing = runtime_of(writer.SERVICE)

    with writing.database.write() as session:
        writer.write_note(session, "whispered", private=True)

    with writing.database.read() as session:
        exchanges = session.scalars(select(tables.outbox.c.exchange).where(tables.outbox.c.body.contains("whispered")))
        assert exchanges.all() == ["caravan.private"]


def test_80_time_without_an_offset_in_the_data_is_a_dead_letter(runtime_of):
    runtime = runtime_of(NOTIFICATIONS)
    bus = a_known_mission(Bus(runtime))
    envelope = json.loads(bus.body(an_agreement()))
    envelope["data"]["signed_at"] = "2027-01-01T10:00"

    receive(runtime, [json.dumps(envelope)])

    with runtime.database.read() as session:
        (dead,) = session.execute(select(tables.inbox).where(tables.inbox.c.error.is_not(None))).all()
    assert (dead.retry_at, dead.type) == (None, "caravan.agreement.signed.v1")
    assert "signed_at" in dead.error
    assert deliveries(runtime) == []
