"""A service may say its own words, hear what it listens to, and nothing else."""

import amqp
import pytest

import reader
import writer
from instances import broker_link, set_up, wait_for, working
from notes import told, unsent
from servicekit import identifiers
from servicekit.bus import topology


def test_74_service_speaks_only_its_own_words_of_its_own_home(make, addresses):
    make(writer.SERVICE)

    for forbidden in ("ru-klu.note.written.v1", "ru-oms.service.installed.v1"):
        with broker_link(addresses["reader"]) as link:
            link.channel.confirm_select()
            with pytest.raises(amqp.AccessRefused):
                publish_and_wait(link, forbidden)


def test_74_event_that_the_broker_refuses_holds_up_no_other_and_goes_once_it_may(vhost, make, addresses, runtime_of):
    writing, reading = make(writer.SERVICE), make(reader.SERVICE)
    wider = runtime_of(writer.SERVICE, database_url=writing.settings.database_url, broker_url=addresses["writer"])
    with wider.database.write() as session:
        for words, home in (("ours", "RU-KLU"), ("theirs", "RU-KYA"), ("ours, too", "RU-KLU")):
            note = writer.Note(id=identifiers.fresh(), home=home, words=words)
            session.add(note)
            writer.record(session, note)

    with working(wider, reading):
        wait_for(lambda: told(reading) == ["ours", "ours, too"])
        assert unsent(wider) == 1
        set_up(vhost, [writer.SERVICE, reader.SERVICE], homes=("RU-KLU", "RU-KYA"))
    with working(wider, reading):
        wait_for(lambda: told(reading) == ["ours", "ours, too", "theirs"])

    assert unsent(wider) == 0


def test_service_that_hears_nothing_private_cannot_listen_to_it(make, addresses):
    make(writer.SERVICE)

    with broker_link(addresses["writer"]) as link, pytest.raises(amqp.AccessRefused):
        link.channel.queue_bind(topology.queue_of("writer"), topology.PRIVATE, "#")


def test_setup_can_be_run_again(vhost, addresses):
    assert set_up(vhost, [writer.SERVICE, reader.SERVICE], homes=("RU-KLU",)) == addresses


def publish_and_wait(link, key):
    link.channel.basic_publish(amqp.Message("{}"), exchange=topology.EVENTS, routing_key=key)
    for _ in range(20):
        link.connection.drain_events(timeout=1)
