"""The feed tells each reader the events that are there for them, however many others lie between."""

import pytest

import writer
from access.matrix import Deed
from access.roles import Role
from instances import wait_for, working
from notes import unsent, write
from servicekit import identifiers
from servicekit.app import create_app
from servicekit.bus.in_process import Pump
from signed_in import anonymous, bearer

ELSEWHERE = bearer({Role.AGENCY: ["RU-KYA"]})


def write_at(runtime, home, *words):
    with runtime.database.write() as session:
        for one in words:
            note = writer.Note(id=identifiers.fresh(), home=home, words=one)
            session.add(note)
            writer.record(session, note)


def followed(client, headers, limit=2):
    """Follow the feed to its end; return the words of all notes."""
    found, after = [], {}
    while True:
        answer = client.get("/v1/events", query_string={"limit": limit, **after}, headers=headers)
        assert answer.status_code == 200, answer.text
        found += [event["data"].get("words") for event in answer.json["events"]]
        if after == {"after": answer.json["next"]}:
            return found
        after = {"after": answer.json["next"]}


@pytest.fixture
def carried(sqlite_runtime_of):
    """A client of a process that has carried many events of one home, and two of another."""
    runtime = sqlite_runtime_of(writer.SERVICE)
    pump = Pump([runtime])
    write_at(runtime, "RU-KYA", "first")
    write_at(runtime, "RU-KLU", *map(str, range(250)))
    write_at(runtime, "RU-KYA", "last")
    while pump.round():
        pass
    return create_app(runtime).test_client()


def test_agency_reads_the_events_of_its_home_alone_and_all_of_them(carried):
    assert followed(carried, ELSEWHERE) == ["first", "last"]


def test_reader_of_everything_reads_what_others_do_not(carried):
    assert len(followed(carried, bearer(), 200)) >= 252


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (anonymous(), 401),
        (bearer({}), 403),
        (bearer({Role.DELEGATE: [identifiers.derived("organisation")]}), 403),
        (bearer({Role.AGENCY: ["RU-KYA"]}, deeds=frozenset({Deed.MISSIONS_READ})), 403),
    ],
)
def test_feed_is_not_for_those_who_may_read_no_events(carried, headers, status):
    assert carried.get("/v1/events", headers=headers).status_code == status


def test_stream_is_bounded_too(make):
    runtime = make(writer.SERVICE)
    with working(runtime):
        write(runtime, "first", "last")
        wait_for(lambda: unsent(runtime) == 0)
        client = create_app(runtime).test_client()

        assert followed(client, ELSEWHERE) == []
        assert followed(client, bearer({Role.AGENCY: ["RU-KLU"]}))[-2:] == ["first", "last"]
