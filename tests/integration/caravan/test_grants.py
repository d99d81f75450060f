"""`caravan broker grant`, `list` and `revoke`; each can be repeated."""

import json
import stat
from urllib.parse import urlsplit

import pika
import pytest
import requests
from pika.exceptions import AMQPConnectionError, ConnectionClosedByBroker, ProbableAuthenticationError

from caravan.broker.grants import CONSUMER_TIMEOUT, DEFAULT_BOUNDS, MAX_CHANNELS, MAX_CONNECTIONS
from caravan.broker.routing_patterns import matching_event_types
from instances import wait_for
from rights import REFUSED, consuming, publishing, refusal
from servicekit.bus import topology

MISSION, MEETING = "ru-klu.mission.announced.v1", "ru-klu.meeting.scheduled.v1"


def publish(vhost, *keys):
    for key in keys:
        assert refusal(vhost.amqp_url, publishing(topology.EVENTS, key)) is None


def keys_in(url, queue):
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        found = iter(lambda: channel.basic_get(queue, auto_ack=True)[0], None)
        return [method.routing_key for method in found]


def listed(caravan):
    told = caravan("broker", "list", "--json")
    assert told.exit_code == 0, told.output
    return {grant["name"]: grant for grant in json.loads(told.stdout)}


def users_of(vhost):
    users = requests.get(f"{vhost.api_url}/api/users", timeout=10).json()
    return {user["name"] for user in users if user["name"].startswith(f"{vhost.name}.ext.")}


def test_stranger_gets_what_its_patterns_catch_and_no_more(granted, vhost):
    stranger = granted("analytics", "--read", "*.mission.# *.agreement.signed.v1", "--read", "ru-oms.#")
    publish(vhost, MISSION, MEETING, "ru-oms.meeting.held.v1")

    assert keys_in(stranger, "ext.analytics") == [MISSION, "ru-oms.meeting.held.v1"]


def test_queue_is_bounded_in_every_way(granted, vhost):
    granted("analytics", "--read", "#", "--max-events", "7", "--keep-days", "2")

    arguments = vhost.queues()["ext.analytics"]["arguments"]
    assert arguments["x-queue-type"] == "quorum"
    assert arguments["x-overflow"] == "drop-head"
    assert arguments["x-max-length"] == 7
    assert arguments["x-message-ttl"] == 2 * 86_400_000
    for bound in ("x-max-length-bytes", "x-expires", "x-consumer-timeout"):
        assert arguments[bound] == DEFAULT_BOUNDS[bound]


def test_granting_again_changes_patterns_and_keeps_password_and_what_waits(granted, caravan, vhost):
    stranger = granted("analytics", "--read", "*.mission.#", "--max-events", "9")
    publish(vhost, MISSION)

    again = granted("analytics", "--read", "*.meeting.#")
    publish(vhost, MEETING, MISSION)

    assert urlsplit(again).password is None
    assert keys_in(stranger, "ext.analytics") == [MISSION, MEETING]
    assert listed(caravan)["analytics"]["patterns"] == ["*.meeting.#"]
    assert listed(caravan)["analytics"]["arguments"]["x-max-length"] == 9


def test_queue_of_an_earlier_grant_keeps_its_bounds_and_the_operator_hears_what_it_lacks(granted, caravan, vhost):
    granted("analytics", "--read", "*.mission.#")
    path = f"{vhost.api_url}/api/queues/{vhost.name}/ext.analytics"
    earlier = {
        key: value for key, value in vhost.queues()["ext.analytics"]["arguments"].items() if key != CONSUMER_TIMEOUT
    }
    requests.delete(path, timeout=10).raise_for_status()
    requests.put(path, json={"durable": True, "arguments": earlier}, timeout=10).raise_for_status()

    told = caravan("broker", "grant", "analytics", "--read", "*.meeting.#")

    assert told.exit_code == 0, told.output
    assert "revoke and grant" in told.stdout
    assert vhost.queues()["ext.analytics"]["arguments"] == earlier


def test_other_bounds_are_refused_and_change_nothing(granted, caravan):
    granted("analytics", "--read", "*.mission.#")
    before = listed(caravan)

    refused = caravan("broker", "grant", "analytics", "--read", "#", "--max-events", "5")

    assert refused.exit_code == 1
    assert "x-max-length" in refused.stderr
    assert listed(caravan) == before


def test_history_is_granted_in_so_many_words_and_taken_again(granted, caravan):
    told = caravan("broker", "grant", "analytics", "--read", "*.mission.#", "--history", "--new-password")
    assert "ALL public events" in told.stdout
    stranger = next(line.split()[1] for line in told.stdout.splitlines() if line.startswith("address:"))
    history = consuming(topology.LOG, **{"x-stream-offset": "first"})
    assert refusal(stranger, history) is None
    connection = pika.BlockingConnection(pika.URLParameters(stranger))

    granted("analytics", "--read", "*.mission.#")

    with pytest.raises(ConnectionClosedByBroker):  # an open connection would keep the permission
        connection.process_data_events(10)
    assert refusal(stranger, history) == REFUSED
    assert not listed(caravan)["analytics"]["history"]


def test_new_password_ends_the_old_one_and_who_came_in_with_it(granted):
    old = granted("analytics", "--read", "*.mission.#")
    connection = pika.BlockingConnection(pika.URLParameters(old))

    new = granted("analytics", "--read", "*.mission.#", "--new-password")

    with pytest.raises(ConnectionClosedByBroker):
        connection.process_data_events(10)
    with pytest.raises(ProbableAuthenticationError):
        pika.BlockingConnection(pika.URLParameters(old))
    assert refusal(new, consuming("ext.analytics")) is None


def test_password_in_a_file_is_shown_nowhere(caravan, services, tmp_path):
    file = tmp_path / "new" / "address"

    told = caravan("broker", "grant", "analytics", "--read", "#", "--address-file", str(file))

    address = file.read_text().strip()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert urlsplit(address).password not in told.output
    assert refusal(address, consuming("ext.analytics")) is None
    again = caravan("broker", "grant", "analytics", "--read", "#", "--address-file", str(file))
    assert again.exit_code == 1
    assert "--new-password" in again.stderr


def test_revoking_ends_connections_user_queue_and_what_waits(granted, caravan, vhost):
    stranger = granted("analytics", "--read", "#")
    granted("newspaper", "--read", "#")
    publish(vhost, MISSION)
    connection = pika.BlockingConnection(pika.URLParameters(stranger))

    revoked = caravan("broker", "revoke", "analytics")

    assert revoked.exit_code == 0
    with pytest.raises(ConnectionClosedByBroker):
        connection.process_data_events(10)
    with pytest.raises(AMQPConnectionError):
        pika.BlockingConnection(pika.URLParameters(stranger))
    assert "ext.analytics" not in vhost.queues()
    assert set(listed(caravan)) == {"newspaper"}
    assert users_of(vhost) == {f"{vhost.name}.ext.newspaper"}
    assert caravan("broker", "revoke", "analytics").exit_code == 1


def test_list_tells_who_is_connected_and_whose_queue_is_full_or_gone(granted, caravan, vhost):
    stranger = granted("analytics", "--read", "*.mission.#", "--max-events", "2")
    granted("newspaper", "--read", "*.mission.#", "--history")
    publish(vhost, *[MISSION] * 5)
    requests.delete(f"{vhost.api_url}/api/queues/{vhost.name}/ext.newspaper", timeout=10).raise_for_status()

    wait_for(lambda: listed(caravan)["analytics"]["waiting"] == 2)

    assert listed(caravan)["analytics"]["state"].startswith("full")
    assert listed(caravan)["newspaper"]["state"].startswith("queue gone")
    keys_in(stranger, "ext.analytics")
    connection = pika.BlockingConnection(pika.URLParameters(stranger))
    wait_for(lambda: listed(caravan)["analytics"]["state"] == "connected")
    connection.close()
    table = caravan("broker", "list").stdout
    assert "analytics" in table and "newspaper" in table and "gone" in table


@pytest.mark.long
def test_list_tells_of_a_hoard_that_no_bound_of_the_queue_counts(granted, caravan, vhost):
    stranger = granted("hoarder", "--read", "*.mission.#", "--max-events", "5")
    connection = pika.BlockingConnection(pika.URLParameters(stranger))
    held = []
    connection.channel().basic_consume("ext.hoarder", lambda *delivery: held.append(delivery))

    for number in range(1, 31):
        publish(vhost, MISSION)
        wait_for(lambda: connection.process_data_events(0.1) or len(held) == number)  # noqa: B023  # called at once
    found = wait_for(lambda: listed(caravan)["hoarder"]["in_hand"] == len(held) and listed(caravan)["hoarder"])

    assert found["waiting"] == 0
    assert found["state"] == "acknowledges too little"
    assert "in hand" in caravan("broker", "list").stdout
    connection.close()
    wait_for(lambda: listed(caravan)["hoarder"]["waiting"] == 5)
    assert len(keys_in(stranger, "ext.hoarder")) == 5


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("Bad Name", "--read", "#"), "not a valid name"),
        (("a" * 41, "--read", "#"), "not a valid name"),
        (("ext.a", "--read", "#"), "not a valid name"),
        (("a", "--read", "RU-KLU.mission.#"), "not a pattern"),
        (("a", "--read", "*.mission..v1"), "not a pattern"),
        (("a", "--read", "caravan.mission.#"), "begin with the region"),
        (("a", "--read", "x" * 300), "not a pattern"),
        (("a", "--read", " , "), "no pattern is given"),
        (("a",), "--read"),
        (("a", "--read", "#", "--expire-days", "50"), "50"),
    ],
)
def test_what_cannot_be_granted_is_refused_before_anything_happens(caravan, services, vhost, arguments, said):
    refused = caravan("broker", "grant", *arguments)

    assert refused.exit_code == 2
    assert said in refused.stderr
    assert users_of(vhost) == set()


def test_patterns_that_catch_nothing_are_warned_of(caravan, services):
    told = caravan("broker", "grant", "a", "--read", "*.weather.# *.contact.# *.*.submitted.v1")

    assert told.exit_code == 0
    assert "*.weather.# matches no event" in told.stderr
    assert "*.contact.# names private events only" in told.stderr
    assert "*.*.submitted.v1 (known events: 1)" in told.stdout


def test_patterns_catch_what_the_broker_would_route():
    everything = matching_event_types("#")

    assert matching_event_types("*.#.v1") == matching_event_types("*.*.*.*") == everything
    assert matching_event_types("ru-klu.mission.#") == [
        type_ for type_ in everything if type_.startswith("caravan.mission.")
    ]
    assert matching_event_types("#.announced.v1") == ["caravan.key.announced.v1", "caravan.mission.announced.v1"]
    assert (
        matching_event_types("*.mission")
        == matching_event_types("mission.#.x")
        == matching_event_types("*.mission.announced.v1.v1")
        == []
    )


def test_grants_are_made_where_setup_was_told(caravan, vhost, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    nowhere = {"CARAVAN_BROKER_ADDRESS": None}
    made = caravan(
        "broker", "setup", "--address", f"amqps://broker.example:5671/{vhost.name}?cacertfile=/ca.pem", **nowhere
    )
    assert made.exit_code == 0, made.output

    given = caravan("broker", "grant", "analytics", "--read", "#", **nowhere)
    listed_so = caravan("broker", "list", **nowhere)
    taken = caravan("broker", "revoke", "analytics", **nowhere)

    assert (given.exit_code, listed_so.exit_code, taken.exit_code) == (0, 0, 0), given.output + taken.output
    assert f"@broker.example:5671/{vhost.name}\n" in given.stdout
    assert "analytics" in listed_so.stdout


def test_stranger_cannot_open_more_connections_than_its_share(granted):
    stranger = granted("analytics", "--read", "#")
    opened = [pika.BlockingConnection(pika.URLParameters(stranger)) for _ in range(MAX_CONNECTIONS)]

    with pytest.raises(AMQPConnectionError):
        pika.BlockingConnection(pika.URLParameters(stranger))

    for connection in opened:
        connection.close()


def test_stranger_cannot_open_more_channels_than_its_share(granted):
    stranger = granted("analytics", "--read", "#")
    with pika.BlockingConnection(pika.URLParameters(stranger)) as first:
        opened = [first.channel() for _ in range(MAX_CHANNELS)]
        other = pika.BlockingConnection(pika.URLParameters(stranger))

        with pytest.raises(AMQPConnectionError):
            other.channel()

        assert all(channel.is_open for channel in opened)
