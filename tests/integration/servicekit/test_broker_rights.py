"""A service may say its own words, hear what it listens to, and nothing else."""

import amqp
import pytest

import reader
import writer
from instances import broker_link, set_up
from servicekit import topology


def test_service_speaks_only_its_own_words_of_its_own_home(make, addresses):
    make(writer.SERVICE)

    for forbidden in ("ru-klu.note.written.v1", "ru-oms.service.installed.v1"):
        with broker_link(addresses["reader"]) as link:
            link.channel.confirm_select()
            with pytest.raises(amqp.AccessRefused):
                publish_and_wait(link, forbidden)


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
