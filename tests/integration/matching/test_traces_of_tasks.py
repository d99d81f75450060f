"""What a task does later stays in the trace of who asked for it."""

import json
import secrets

import pytest
from sqlalchemy import select

from builders.matching import HALF_HOUR, MISSION, NINE, delegate, profile
from contracts import registration as told
from servicekit import identifiers
from servicekit.data.tables import outbox


@pytest.fixture
def published(desk):
    """A guest and a host with a published timetable; whatever was told of that is forgotten."""
    desk.announce()
    guest = desk.admit("klu-1", "guest", needs="Лопатки паровых турбин для электростанций")
    host = desk.admit("kya-1", "host", offers="Ремонт лопаток паровых турбин на электростанциях")
    desk.meet(guest, host)
    desk.publish_timetable()
    desk.forget()
    return guest, host


def a_trace():
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def traces_of(desk, *facts):
    """Return the trace contexts of what was told of some facts, each once."""
    with desk.runtime.database.read() as session:
        events = [json.loads(body) for body in session.scalars(select(outbox.c.body))]
    found = [event for event in events if event["type"].removeprefix("caravan.").removesuffix(".v1") in facts]
    assert {event["type"].removeprefix("caravan.").removesuffix(".v1") for event in found} == set(facts)
    return {event.get("traceparent") for event in found}


def test_repair_and_its_letters_belong_to_the_incident(desk, published):
    guest, _host = published
    trace, person = a_trace(), desk.people[guest][0]
    later = [(NINE + 2 * HALF_HOUR, NINE + 8 * HALF_HOUR)]

    desk.hear(person, delegate(told.DelegateChanged, person, guest, "klu-1/p0", windows=later), traceparent=trace)
    desk.work()

    assert traces_of(desk, "timetable.published", "itinerary.issued", "meeting.moved") == {trace}


def test_publication_that_waits_for_a_newer_solution_belongs_to_its_request(desk, published):
    guest, _host = published
    run = desk.post(f"missions/{MISSION}/timetable-runs").json
    desk.work()
    desk.hear(identifiers.derived("profile", guest), profile(guest, told.Side("guest"), needs="Насосы"))
    desk.work()
    trace = a_trace()

    answer = desk.post(f"timetable-runs/{run['id']}/publication", traceparent=trace)
    assert answer.json["status"] == "queued"
    desk.work()

    assert traces_of(desk, "timetable.published") == {trace}


def test_recommendations_that_wait_for_fresh_facts_belong_to_the_request(desk, published):
    guest, host = published
    desk.hear(identifiers.derived("profile", host), profile(host, told.Side("host"), offers="Ремонт насосов"))
    trace = a_trace()

    answer = desk.post(f"missions/{MISSION}/recommendations/publication", traceparent=trace)
    assert answer.json["fresh"] is False
    desk.hear(identifiers.derived("profile", guest), profile(guest, told.Side("guest"), needs="Ремонт насосов"))
    desk.work()

    assert traces_of(desk, "recommendations.published") == {trace}
