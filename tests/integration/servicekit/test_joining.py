"""Who comes late, or loses its queue, ends where it would have been."""

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import delete

import reader
import writer
from instances import broker_link, set_up, wait_for, working
from notes import known, told, unsent, write, write_at_once
from servicekit.bus import inbox, membership, topology
from servicekit.bus.history import install
from servicekit.data import clock, tables


def lose_the_queue(reading):
    """Delete the reader's queue with all that waits in it."""
    with broker_link(reading.settings.broker_url) as link:
        link.channel.queue_delete(topology.queue_of("reader"))


def tell(writing, *words):
    """Write notes and have them sent while nobody else works."""
    with working(writing):
        write(writing, *words)
        wait_for(lambda: unsent(writing) == 0)


def test_late_service_ends_equal_in_its_copies(make):
    writing, there = make(writer.SERVICE), make(reader.SERVICE)
    with working(writing, there):
        write_at_once(writing, *(f"note {number}" for number in range(1000)))
        wait_for(lambda: len(told(there)) == 1000, 60)

    before = known(there)
    lose_the_queue(there)

    late = make(reader.SERVICE)
    with working(writing, late):
        wait_for(lambda: known(late) == before)

    assert told(late) == []


def test_deleted_queue_heals_reactions_included(make, vhost):
    writing, reading = make(writer.SERVICE), make(reader.SERVICE)
    with working(writing, reading):
        write(writing, "before")
        wait_for(lambda: told(reading) == ["before"])
    lose_the_queue(reading)
    tell(writing, *(f"while away {number}" for number in range(50)))

    with working(writing, reading):
        write(writing, "after")
        wait_for(lambda: len(told(reading)) == 52)

    assert len(set(told(reading))) == 52


def test_queue_that_is_installed_again_after_its_loss_heals(make):
    writing, reading = make(writer.SERVICE), make(reader.SERVICE)
    with working(writing, reading):
        write(writing, "before")
        wait_for(lambda: told(reading) == ["before"])
    lose_the_queue(reading)
    tell(writing, "lost")

    install(reading)
    with working(writing, reading):
        wait_for(lambda: told(reading) == ["before", "lost"])


def test_queue_deleted_under_a_running_consumer_heals(make):
    writing, reading = make(writer.SERVICE), make(reader.SERVICE)

    with working(writing, reading):
        write(writing, "before")
        wait_for(lambda: told(reading) == ["before"])
        lose_the_queue(reading)
        write(writing, "after")
        wait_for(lambda: told(reading) == ["after", "before"])


def test_queue_whose_maker_died_before_it_was_bound_heals(make):
    writing, reading = make(writer.SERVICE), make(reader.SERVICE)
    with broker_link(reading.settings.broker_url) as link:
        link.channel.queue_delete(topology.queue_of("reader"))
        with reading.database.write() as session:
            membership.queue_lost(session)
        name, arguments = topology.queue_of("reader"), topology.QUEUE_ARGUMENTS
        link.channel.queue_declare(name, durable=True, auto_delete=False, arguments=arguments)

    with working(writing):
        write(writing, "while nobody was bound")
        wait_for(lambda: unsent(writing) == 0)
    with working(writing, reading):
        wait_for(lambda: told(reading) == ["while nobody was bound"])
        write(writing, "after")
        wait_for(lambda: len(told(reading)) == 2)


@pytest.mark.long
def test_queue_that_is_lost_with_what_waited_in_it_heals(make, monkeypatch):
    writing, reading = make(writer.SERVICE), make(reader.SERVICE)
    with working(writing):
        write_at_once(writing, *(f"note {number}" for number in range(1500)))
        wait_for(lambda: unsent(writing) == 0, 60)
    hanging, go_on = threading.Event(), threading.Event()
    receive = inbox.receive

    def receive_once(*batch):
        if told(reading):
            hanging.set()
            go_on.wait(60)
        receive(*batch)

    monkeypatch.setattr(inbox, "receive", receive_once)
    with working(reading):
        assert hanging.wait(30)
        lose_the_queue(reading)
        monkeypatch.setattr(inbox, "receive", receive)
        go_on.set()
        wait_for(lambda: len(told(reading)) == 1500, 60)


@pytest.mark.parametrize("hours", [2, -2])
def test_queue_heals_whatever_the_clock_of_its_service_says(make, monkeypatch, hours):
    writing, right = make(writer.SERVICE), clock.machine_now
    for module in (clock, membership, inbox):
        monkeypatch.setattr(module, "machine_now", lambda: right() + timedelta(hours=hours))
    reading = make(reader.SERVICE)
    with working(writing, reading):
        write(writing, "before")
        wait_for(lambda: told(reading) == ["before"])
    lose_the_queue(reading)
    tell(writing, "lost")

    with working(writing, reading):
        wait_for(lambda: told(reading) == ["before", "lost"])


def test_what_came_before_the_service_stays_the_past_when_its_queue_heals(make):
    writing = make(writer.SERVICE)
    tell(writing, "long ago")
    reading = make(reader.SERVICE)
    with working(writing, reading):
        wait_for(lambda: known(reading))
    lose_the_queue(reading)
    tell(writing, "lost")

    with working(writing, reading):
        wait_for(lambda: len(known(reading)) == 2)

    assert told(reading) == ["lost"]


def test_service_whose_regions_changed_since_it_was_installed_heals(make, runtime_of, vhost, addresses):
    set_up(vhost, [writer.SERVICE, reader.SERVICE])
    writing, was = make(writer.SERVICE), runtime_of(reader.SERVICE, broker_url=addresses["reader"])
    install(was)
    with working(writing, was):
        write(writing, "before")
        wait_for(lambda: told(was) == ["before"] and unsent(was) == 0)
    lose_the_queue(was)
    set_up(vhost, [writer.SERVICE, reader.SERVICE], homes=("RU-KLU",))
    now = runtime_of(
        reader.SERVICE, database_url=was.settings.database_url, broker_url=addresses["reader"], homes="RU-KLU"
    )

    with working(writing, now):
        write(writing, "after")
        wait_for(lambda: told(now) == ["after", "before"])
        wait_for(lambda: unsent(now) == 0)

    with now.database.read() as session:
        member = membership.find(session)
    assert (member.home, member.lost_at) == ("RU-KLU", None)


def test_worker_is_not_served_before_it_is_installed(runtime_of, addresses):
    runtime = runtime_of(reader.SERVICE, broker_url=addresses["reader"])
    with runtime.database.write() as session:
        session.execute(delete(tables.membership))

    with working(runtime):
        time.sleep(0.5)

    with runtime.database.read() as session:
        assert membership.find(session) is None
