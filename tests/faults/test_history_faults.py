"""The history holds what was confirmed, also by a broker that was just started."""

import random
import threading
from itertools import count
from uuid import uuid4

import pytest

from faults.evidence import Evidence
from faults.invariants import check_invariants
from faults.redelivery import in_the_stream
from instances import set_up, wait_for
from servers.vhost import Vhost
from servicekit.bus import broker, topology
from servicekit.bus.broker import Message, Publisher

KEY = "ru-klu.note.counted.v1"
ROUNDS = 3


@pytest.fixture
def place(rabbitmq_node):
    with Vhost(rabbitmq_node) as made:
        set_up(made, [])
        rabbitmq_node.settle()
        yield made


@pytest.mark.parametrize("end", ["kill", "stop"])
def test_what_is_confirmed_right_after_a_start_is_in_the_history(rabbitmq_node, place, end):
    confirmed, stop = [], threading.Event()
    thread = threading.Thread(target=publish, args=(place.amqp_url, confirmed, stop))
    thread.start()
    try:
        for _ in range(ROUNDS):
            goes_on(confirmed)
            getattr(rabbitmq_node, end)()
            rabbitmq_node.start()
        goes_on(confirmed)
    finally:
        stop.set()
        thread.join()
        rabbitmq_node.start()

    history = {body.decode() for _, body in in_the_stream(place)}
    assert [body for body in confirmed if body not in history] == []
    check_invariants(Evidence((), place))


def publish(url, confirmed, stop):
    """Publish without a pause, and come back to a broker that was away as fast as can be."""
    numbers, publisher, window = count(), None, []
    while not stop.is_set():
        window = window or [message(next(numbers)) for _ in range(random.randint(1, 8))]
        try:
            publisher = publisher or Publisher(url, 60)
            publisher.publish(window)
        except broker.ERRORS:
            if publisher:
                publisher.close()
            publisher = None
            stop.wait(0.1)
        else:
            confirmed += [one.body for one in window]
            window = []
    if publisher:
        publisher.close()


def message(number):
    return Message(0, str(uuid4()), topology.EVENTS, KEY, f'{{"number": {number}}}')


def goes_on(confirmed):
    """Wait until a few hundred more are confirmed."""
    enough = len(confirmed) + 300
    wait_for(lambda: len(confirmed) >= enough, 60)
