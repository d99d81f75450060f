"""Every table that docs/privacy.md gives a term: what is older goes when the jobs run, what is younger stays."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import JSON, Boolean, DateTime, Integer, String, Uuid, insert, select, update

from builders.registration import Desk, a_delegate
from caravan import discovery
from registration.models import Mission
from servicekit import identifiers, worker
from servicekit.data.clock import machine_now
from servicekit.data.tables import UtcDateTime
from servicekit.data.tables import metadata as kit

TEXT = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text(encoding="utf-8")
ROWS = {name: cells.split(" | ") for name, cells in re.findall(r"^\| `(\S+\.\w+)` \| (.+) \|$", TEXT, re.MULTILINE)}
TERM = re.compile(r"\b(\d+|an?) (hour|day|month|year)s?\b")
EVERYWHERE = ("registration", "matching", "notifications")
DAY, MARGIN = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True)
class Case:
    """How to make a row of an age; `gone` are the values that are left where the row itself stays."""

    term: timedelta
    made: Callable[[Any, datetime], dict[str, Any]]
    gone: dict[str, Any] = field(default_factory=dict)


def of_day(column, **more):
    """Make a row whose age one column tells."""
    return lambda _put, at: {column: at, **more}


def a_session(put, at):
    return {"account_id": put("account", created_at=machine_now())["id"], "expires_at": at}


def a_delivery(put, at):
    notification = put("notification", event_id=identifiers.first_at(machine_now()))
    return {"position": of_instant(at), "notification_id": notification["id"]}


def an_attempt(put, at):
    return {"delivery_id": put("delivery", **a_delivery(put, at))["id"]}


def what_was_told(put, at):
    return {"mission_id": put("mission", ends_at=at)["id"]}


def of_instant(at):
    """Return an id that was made at an instant, and that no other row has."""
    return UUID(int=identifiers.first_at(at).int | uuid4().int % 2**60)


CASES = {
    "registration.account": Case(30 * DAY, of_day("created_at"), {"email": ""}),
    "registration.sign_in_attempt": Case(DAY, of_day("expires_at")),
    "registration.session": Case(180 * DAY, a_session),
    "registration.ceremony": Case(DAY, of_day("expires_at")),
    "registration.departure": Case(DAY, of_day("expires_at")),
    "matching.text_vector": Case(180 * DAY, of_day("made_at")),
    "notifications.notification": Case(180 * DAY, lambda _put, at: {"event_id": of_instant(at)}),
    "notifications.group_message": Case(180 * DAY, lambda _put, at: {"id": of_instant(at)}),
    "notifications.delivery": Case(180 * DAY, a_delivery),
    "notifications.attempt": Case(180 * DAY, an_attempt),
    "notifications.told": Case(180 * DAY, what_was_told),
    "*.outbox": Case(30 * DAY, of_day("sent_at")),
    "*.inbox": Case(35 * DAY, of_day("received_at")),
    "*.inbox (dead letters)": Case(14 * DAY, of_day("received_at", body="{}", error="why"), {"body": None}),
    "*.revoked_session": Case(timedelta(0), of_day("forget_at")),
    "*.rate": Case(timedelta(0), of_day("expires_at")),
    "*.idempotency": Case(DAY, of_day("created_at")),
}
ELSEWHERE = {"registration.delegate": "test_delegates_are_forgotten_three_years_after_their_mission"}
TRIED = [
    (service, name) for name in CASES for service in (EVERYWHERE if name.startswith("*") else [name.partition(".")[0]])
]


def filled(table, given):
    """Complete a row with values that mean nothing."""
    plain = {
        UtcDateTime: machine_now,
        DateTime: machine_now,
        Uuid: uuid4,
        Boolean: bool,
        Integer: int,
        JSON: dict,
        String: lambda: uuid4().hex[:8],
    }
    row = dict(given)
    for column in table.columns:
        if column.name in row or column.nullable or column.default is not None or column.server_default is not None:
            continue
        if column.autoincrement is True:
            continue
        row[column.name] = next(make for kind, make in plain.items() if isinstance(column.type, kind))()
    return row


@pytest.fixture
def putting(runtime_of):
    """Return a service, and what puts a row into a table of it."""

    def of(name):
        runtime = runtime_of(discovery.service(name))

        def put(table, **given):
            found = {**runtime.service.metadata.tables, **kit.tables}[table]
            row = filled(found, given)
            with runtime.database.write() as session:
                session.execute(insert(found).values(row))
            return row

        return runtime, put

    return of


def test_every_table_with_a_term_is_tried():
    with_term = {name for name, cells in ROWS.items() if TERM.search(cells[-1])}

    assert with_term - {name.partition(" ")[0] for name in CASES} - ELSEWHERE.keys() == set()
    assert all(name in globals() for name in ELSEWHERE.values())


@pytest.mark.parametrize(("service", "name"), TRIED)
def test_what_is_older_than_its_term_goes_and_what_is_younger_stays(putting, service, name):
    case, table = CASES[name], name.partition(".")[2].partition(" ")[0]
    runtime, put = putting(service)
    now = machine_now()
    old = put(table, **case.made(put, now - case.term - MARGIN))
    young = put(table, **case.made(put, now - case.term + MARGIN))

    while worker.tick(runtime):
        pass

    assert held(runtime, table, old, case) == (case.gone or None)
    assert held(runtime, table, young, case) == {column: young.get(column) for column in case.gone}


def held(runtime, name, row, case):
    """Return what is left of a row in the columns that tell; None for no row."""
    table = {**runtime.service.metadata.tables, **kit.tables}[name]
    key = [column for column in table.primary_key if column.name in row] or [one for one in table.columns if one.unique]
    with runtime.database.read() as session:
        found = session.execute(select(table).where(*(one == row[one.name] for one in key))).mappings().first()
    return None if found is None else {column: found[column] for column in case.gone}


def test_delegates_are_forgotten_three_years_after_their_mission(runtime_of):
    desk = Desk(runtime_of(discovery.service("registration")))
    people = {}
    for reference, past in (("old", 2), ("young", -2)):
        mission = desk.open_mission(reference=reference)
        named = desk.applied(mission, f"klu-{reference}", delegates=[a_delegate(f"{reference}/p")])
        people[reference] = named["delegates"][0]["id"]
        ended = (machine_now() - timedelta(days=3 * 365 + past)).date()
        with desk.runtime.database.write() as session:
            session.execute(update(Mission).where(Mission.reference == reference).values(ends_on=ended))

    while worker.tick(desk.runtime):
        pass

    assert desk.made("GET", f"/v1/delegates/{people['old']}")["names"] == {}
    assert desk.made("GET", f"/v1/delegates/{people['young']}")["names"] != {}
