"""Permissions on the broker, tested with pika: services do their own work, external programs only read."""

from itertools import product

import pytest

from caravan import discovery
from rights import (
    REFUSED,
    binding,
    consuming,
    declaring,
    deleting,
    deleting_an_exchange,
    getting,
    joining_exchanges,
    making_an_exchange,
    publishing,
    purging,
    refusal,
)
from servicekit.bus import subscriptions, topology

NAMES = tuple(discovery.services())
QUEUES = tuple(topology.queue_of(name) for name in NAMES)
EXCHANGES = (topology.EVENTS, topology.PRIVATE, topology.DEAD)
WORDS = {
    "registration": "ru-klu.application.approved.v1",
    "matching": "ru-klu.meeting.scheduled.v1",
    "notifications": "ru-klu.notification.settled.v1",
}
"""A routing key that each service may publish."""


@pytest.fixture
def installed(services):
    """Addresses of the services, each of which has declared and bound its queue."""
    for name, service in discovery.services().items():
        arguments = {"durable": True, "arguments": topology.QUEUE_ARGUMENTS}
        assert refusal(services[name], declaring(topology.queue_of(name), **arguments)) is None
        for private, key in subscriptions.bindings(service):
            exchange = topology.PRIVATE if private else topology.EVENTS
            assert refusal(services[name], binding(topology.queue_of(name), exchange, key)) is None
    return services


@pytest.mark.parametrize(("speaker", "owner"), list(product(WORDS, WORDS)))
def test_service_speaks_its_own_words_and_no_others(services, speaker, owner):
    answer = refusal(services[speaker], publishing(topology.EVENTS, WORDS[owner]))

    assert answer == (None if speaker == owner else REFUSED)


@pytest.mark.parametrize("name", NAMES)
def test_instance_speaks_for_no_other_region(services, name):
    foreign = WORDS[name].replace("ru-klu", "ru-oms")

    assert refusal(services[name], publishing(topology.EVENTS, foreign)) == REFUSED
    for header in ("CC", "BCC"):
        hidden = publishing(topology.EVENTS, WORDS[name], {header: [foreign]})
        assert refusal(services[name], hidden) == REFUSED


@pytest.mark.parametrize("name", NAMES)
def test_every_service_says_whom_it_has_forgotten_and_only_registration_asks_for_it(services, name):
    asked = refusal(services[name], publishing(topology.EVENTS, "ru-klu.person.erasure_requested.v1"))
    answered = refusal(services[name], publishing(topology.EVENTS, "ru-klu.person.erased.v1"))

    assert asked == (None if name == "registration" else REFUSED)
    assert answered is None


@pytest.mark.parametrize("name", NAMES)
def test_only_registration_whispers(services, name):
    answer = refusal(services[name], publishing(topology.PRIVATE, "ru-klu.contact.changed.v1"))

    assert answer == (None if name == "registration" else REFUSED)


@pytest.mark.parametrize("name", NAMES)
def test_only_notifications_listens_to_whispers(installed, name):
    answer = refusal(installed[name], binding(topology.queue_of(name), topology.PRIVATE, "#"))

    assert answer == (None if name == "notifications" else REFUSED)


@pytest.mark.parametrize("name", NAMES)
def test_service_reads_and_declares_its_own_queue_alone(installed, name):
    own = topology.queue_of(name)

    assert refusal(installed[name], consuming(own)) is None
    for other in set(QUEUES) - {own}:
        for attempt in (consuming, getting, purging, deleting):
            assert refusal(installed[name], attempt(other)) == REFUSED
        assert refusal(installed[name], declaring(other, durable=True, arguments={"x-max-length": 1})) == REFUSED
        assert refusal(installed[name], binding(other, topology.EVENTS)) == REFUSED
    for attempt in (declaring("mine"), declaring(""), declaring("ext.mine"), binding(own, "amq.topic")):
        assert refusal(installed[name], attempt) == REFUSED


@pytest.mark.parametrize("name", NAMES)
def test_service_reads_history_and_changes_none_of_it(services, name):
    assert refusal(services[name], consuming(topology.LOG, **{"x-stream-offset": "first"})) is None
    for attempt in (deleting(topology.LOG), binding(topology.LOG, topology.EVENTS), publishing("", topology.LOG)):
        assert refusal(services[name], attempt) == REFUSED
    assert refusal(services[name], purging(topology.LOG)) == "540"  # a stream cannot be purged


@pytest.mark.parametrize("name", NAMES)
def test_service_makes_and_deletes_no_exchange(services, name):
    for exchange in EXCHANGES:
        assert refusal(services[name], deleting_an_exchange(exchange)) == REFUSED
    assert refusal(services[name], making_an_exchange("mine")) == REFUSED
    assert refusal(services[name], making_an_exchange(topology.EVENTS)) == REFUSED


@pytest.mark.parametrize("name", NAMES)
def test_service_lays_nothing_among_the_dead_letters_of_another(services, name):
    forged = {"x-first-death-queue": topology.queue_of("matching")}

    for exchange in (topology.DEAD, topology.DEAD_BY_QUEUE):
        assert refusal(services[name], publishing(exchange, "", forged)) == REFUSED


@pytest.mark.parametrize("name", ["registration", "matching"])
def test_who_hears_no_whispers_cannot_have_them_passed_on(services, name):
    for destination in EXCHANGES:
        assert refusal(services[name], joining_exchanges(destination, topology.PRIVATE)) == REFUSED


def test_stranger_reads_its_queue_and_history_only_if_granted(installed, granted):
    without = granted("newspaper", "--read", "*.mission.#")
    with_history = granted("archive", "--read", "*.mission.#", "--history")
    history = consuming(topology.LOG, **{"x-stream-offset": "first"})

    assert refusal(without, consuming("ext.newspaper")) is None
    assert refusal(without, history) == REFUSED
    assert refusal(with_history, history) is None
    for queue in (*QUEUES, *(topology.dead_queue_of(name) for name in NAMES), "ext.archive"):
        for attempt in (consuming, getting, purging):
            assert refusal(without, attempt(queue)) == REFUSED


def test_stranger_declares_nothing_under_any_name_or_kind(installed, granted, vhost):
    stranger = granted("newspaper", "--read", "*.mission.#", "--history")
    standing = set(vhost.queues())

    for name, choices in product(
        ("", "mine", "ext.more", "ext.newspaper", "amq.mine", topology.LOG, QUEUES[0]),
        ({}, {"durable": True}, {"exclusive": True}, {"auto_delete": True}),
    ):
        assert refusal(stranger, declaring(name, **choices)) in {REFUSED, "406"}  # checked before the permission
    for name, kind in product(("mine", topology.EVENTS), ("topic", "direct", "fanout", "headers")):
        assert refusal(stranger, making_an_exchange(name, kind)) == REFUSED
    assert set(vhost.queues()) == standing


def test_stranger_binds_publishes_and_deletes_nothing(installed, granted):
    stranger = granted("newspaper", "--read", "*.mission.#", "--history")
    standard = ("", "amq.direct", "amq.fanout", "amq.headers", "amq.match", "amq.topic")

    for exchange in (*EXCHANGES, *standard):
        for key in ("ext.newspaper", WORDS["registration"], topology.LOG):
            assert refusal(stranger, publishing(exchange, key)) == REFUSED
    for queue, exchange in product(("ext.newspaper", topology.LOG, QUEUES[0]), (*EXCHANGES, *standard[1:])):
        assert refusal(stranger, binding(queue, exchange)) == REFUSED
    for destination, source in product(EXCHANGES, EXCHANGES):
        assert refusal(stranger, joining_exchanges(destination, source)) == REFUSED
    for queue in ("ext.newspaper", topology.LOG, *QUEUES):
        assert refusal(stranger, deleting(queue)) == REFUSED
    for exchange in EXCHANGES:
        assert refusal(stranger, deleting_an_exchange(exchange)) == REFUSED
    assert refusal(stranger, purging(topology.LOG)) == "540"
