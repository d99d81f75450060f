"""Who joins when the history is gone is told the present state of everything, and ends equal to who was there."""

import json
import os
import shutil
from contextlib import ExitStack, contextmanager

import pika
import pytest
from sqlalchemy import func, select

import commanding
from caravan import discovery
from caravan.local_instance import environment
from contracts.event import REGISTRY, entity_of
from deployment import SERVICES
from instances import set_up, wait_for
from plays import small_on_sqlite
from servers.postgres import Database
from servicekit.bus import topology
from servicekit.bus.history import install
from servicekit.data.tables import Aggregate, Copy, outbox
from servicekit.service import assemble
from servicekit.worker import Worker

pytestmark = pytest.mark.long

OWNERS = ("registration", "matching")
OWN_NOTES = {"planned"}
"""What a service notes in its copies for itself."""
UNNUMBERED = {"delegate", "contact"}
"""One aggregate that is told on two exchanges: each of its copies has missed the numbers of the other."""


def rows(runtime, kind):
    """Return what a service keeps in its tables of a kind (copies, aggregates): table -> id -> columns."""
    found = {}
    with runtime.database.read() as session:
        for model in (one for one in kind.__subclasses__() if one.metadata is runtime.service.metadata):
            table = model.__table__
            unsaid = OWN_NOTES | ({"version"} if table.name in UNNUMBERED else set())
            columns = [column for column in table.columns if column.name not in unsaid]
            found[table.name] = {row["id"]: dict(row) for row in session.execute(select(*columns)).mappings()}
    return found


def counts(runtime, *names):
    tables = runtime.service.metadata.tables
    with runtime.database.read() as session:
        return [session.scalar(select(func.count()).select_from(tables[name])) for name in names]


def republish(environ, *words):
    done = commanding.caravan("events", "republish", *words, environ=os.environ | environ)
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(line.rsplit(" ", 1) for line in done.stdout.splitlines())


def newest(events):
    """Return the last state of each aggregate by (entity, id)."""
    return {
        (entity_of(event["type"]), event["subject"]): event
        for event in events
        if REGISTRY[event["type"]].publisher in OWNERS
    }


def check_states(live, snapshots):
    """Every aggregate that was ever told of is told of again, in the state that was told last."""
    before, after = newest(live), newest(snapshots)
    assert after.keys() == before.keys()
    for key, event in after.items():
        assert event["data"] == before[key]["data"], key
        assert event["subjectversion"] >= before[key]["subjectversion"], key


@contextmanager
def working(*runtimes):
    worker = Worker(runtimes)
    worker.start()
    try:
        yield
    finally:
        worker.stop()


def check_late(late, expected):
    """A service that heard nothing but snapshots knows what the other knows, and has done nothing."""
    wait_for(lambda: rows(late, Copy) == expected, 60)
    assert sum(map(len, expected.values())) > 50
    if late.service.name == "notifications":
        assert counts(late, "notification", "delivery") == [0, 0]
    else:
        assert counts(late, "timetable_run", "meeting") == [0, 0]


def test_embedded_service_ends_equal_though_the_history_is_gone(tmp_path, tmp_path_factory):
    data = shutil.copytree(small_on_sqlite(tmp_path_factory) / "data", tmp_path / "data")
    environ = {"CARAVAN_DATA": str(data), "CARAVAN_MOVABLE_CLOCK": "true"}
    settings = environment(data, environ)
    there = {name: assemble(discovery.service(name), settings) for name in SERVICES}
    told = [event for owner in OWNERS for event in recorded(there[owner])]
    owned = {owner: rows(there[owner], Aggregate) for owner in OWNERS}
    for runtime in there.values():
        with runtime.database.write() as session:
            session.execute(outbox.delete())

    said = republish(environ)
    check_states(told, [event for owner in OWNERS for event in recorded(there[owner])])

    for name in ("notifications", "matching"):
        fresh = settings | {f"{name.upper()}_DATABASE_URL": f"sqlite:///{tmp_path}/late-{name}.db"}
        late = assemble(discovery.service(name), fresh)
        install(late)
        others = [there[owner] for owner in OWNERS if owner != name]
        with working(*others, late):
            republish(environ, *(word for owner in OWNERS if owner != name for word in ("--service", owner)))
            check_late(late, rows(there[name], Copy))
        late.close()
    assert {owner: rows(there[owner], Aggregate) for owner in OWNERS} == owned
    assert said["registration: organisation"] == "18"


def recorded(runtime):
    with runtime.database.read() as session:
        return [json.loads(body) for body in session.scalars(select(outbox.c.body).order_by(outbox.c.seq))]


def test_service_on_the_broker_ends_equal_though_the_history_is_gone(tmp_path, tmp_path_factory, postgres_url, vhost):
    data = shutil.copytree(small_on_sqlite(tmp_path_factory) / "data", tmp_path / "data")
    with ExitStack() as stack:
        new_database = lambda: stack.enter_context(Database(postgres_url)).url  # noqa: E731
        addresses = set_up(vhost, list(discovery.services().values()))
        settings = environment(data, {"CARAVAN_DATA": str(data), "CARAVAN_MOVABLE_CLOCK": "true"})
        settings |= {f"{name.upper()}_BROKER_URL": url for name, url in addresses.items()}
        there = {name: assemble(discovery.service(name), settings) for name in SERVICES}
        owned = {owner: rows(there[owner], Aggregate) for owner in OWNERS}
        told = [event for owner in OWNERS for event in recorded(there[owner]) if not REGISTRY[event["type"]].private]

        for name in ("notifications", "matching"):
            make_history_anew(vhost, topology.queue_of(name))
            late = assemble(discovery.service(name), settings | {f"{name.upper()}_DATABASE_URL": new_database()})
            install(late)
            owners = [there[owner] for owner in OWNERS if owner != name]
            with working(*owners, late):
                republish(settings, *(word for owner in owners for word in ("--service", owner.service.name)))
                check_late(late, rows(there[name], Copy))
            if name == "notifications":
                check_states(told, [event for event in read_stream(vhost) if event.get("snapshot")])
            late.close()
        assert {owner: rows(there[owner], Aggregate) for owner in OWNERS} == owned
        for runtime in there.values():
            runtime.close()


@contextmanager
def channel_of(vhost):
    with pika.BlockingConnection(pika.URLParameters(vhost.amqp_url)) as connection:
        yield connection.channel()


def read_stream(vhost):
    with channel_of(vhost) as channel:
        channel.basic_qos(prefetch_count=500)
        events, arguments = [], {"x-stream-offset": "first"}
        for method, _, body in channel.consume(topology.LOG, arguments=arguments, inactivity_timeout=2):
            if method is None:
                break
            channel.basic_ack(method.delivery_tag)
            events.append(json.loads(body))
        return events


def make_history_anew(vhost, queue):
    """Leave a stream that remembers nothing, and no queue in which anything waits."""
    with channel_of(vhost) as channel:
        channel.queue_delete(queue)
        channel.queue_delete(topology.LOG)
        channel.queue_declare(topology.LOG, durable=True, arguments=topology.LOG_ARGUMENTS)
        channel.queue_bind(topology.LOG, topology.EVENTS, "#")
