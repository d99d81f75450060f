"""The same mission three ways: one process on SQLite, one on PostgreSQL, many on RabbitMQ under kills."""

import json
import time
from contextlib import ExitStack
from email import message_from_bytes, policy

import pytest

from caravan import discovery
from deployment import SERVICES, many_processes, one_process
from instances import set_up
from letters_read import address_of, body_of, calendars_of, check_letter, language_of, letters_in
from mail_servers import Desk, a_mail_server
from plays import SCENARIO, deliveries_in, end_state, finish, start, states_of_deliveries
from servers.postgres import Database
from servers.rabbitmq import Node
from servers.vhost import Vhost

QUICK = {
    "NOTIFICATIONS_LEASE_SECONDS": "3",
    "NOTIFICATIONS_SMTP_DEADLINE_SECONDS": "3",
    "NOTIFICATIONS_SMTP_ANSWER_SECONDS": "3",
    "MATCHING_SOLVER_LEASE_SECONDS": "5",
}
"""How soon another worker takes up what a killed one had in hand."""

SENT_AT_ONCE = 4
"""How many letters a killed sender may have had on their way, by its default settings."""


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sqlite")
    with one_process(folder, {}) as instance:
        out = folder / "play.json"
        told = finish(start(instance, out), instance, out)
    return told, letters_in(folder / "data" / "mailbox")


def test_play_on_sqlite_ends_with_the_expected_report(on_sqlite):
    told, letters = on_sqlite

    assert told["report_equal"]
    assert told["report"] == told["expected_report"]
    assert states_of_deliveries(told) == {"accepted"}
    assert len(letters) == sum(channels["mail"] for channels in end_state(told)["deliveries"].values())


def test_every_letter_of_the_play_can_be_read(on_sqlite):
    _told, letters = on_sqlite

    for letter in letters:
        check_letter(letter)


def test_every_letter_speaks_its_readers_language_and_tells_both_times(on_sqlite):
    _told, letters = on_sqlite
    organisations = json.loads(SCENARIO.read_text())["organisations"]
    people = {person["email"]: (row["side"], person["language"]) for row in organisations for person in row["staff"]}
    cities = {"ru": ("в Калуге", "в Красноярске"), "en": ("in Kaluga", "in Krasnoyarsk")}

    for letter in letters:
        side, language = people[address_of(letter)]
        assert language_of(letter) == language
        if calendars_of(letter):
            text = body_of(letter, "plain").replace("\xa0", " ")
            guests, hosts = (city in text for city in cities[language])
            assert (guests, hosts) == (side == "guest", True), text

    assert {language_of(letter) for letter in letters} == {"ru", "en"}


def test_play_on_postgresql_ends_the_same(on_sqlite, postgres_url, tmp_path):
    with ExitStack() as stack:
        settings = databases(stack, postgres_url)
        instance = stack.enter_context(one_process(tmp_path, settings))
        out = tmp_path / "play.json"
        told = finish(start(instance, out), instance, out)

    assert end_state(told) == end_state(on_sqlite[0])


def test_play_on_rabbitmq_under_kills_ends_the_same(on_sqlite, postgres_url, tmp_path):
    out = tmp_path / "play.json"
    with ExitStack() as stack:
        node = stack.enter_context(Node())
        vhost = stack.enter_context(Vhost(node))
        desk = Desk()
        port = stack.enter_context(a_mail_server(desk))
        settings = {"NOTIFICATIONS_SMTP_URL": f"smtp://127.0.0.1:{port}"} | QUICK
        settings |= databases(stack, postgres_url) | broker(vhost)
        instance = stack.enter_context(many_processes(tmp_path, settings))
        node.settle()
        play = start(instance, out)
        upset(instance, node, play)
        told = finish(play, instance, out)
    post = [message_from_bytes(envelope.content, policy=policy.default) for envelope in desk.taken]

    assert end_state(told) == end_state(on_sqlite[0])
    assert states_of_deliveries(told) <= {"accepted", "unknown"}
    identities = [letter["Message-ID"] for letter in post]
    assert len(set(identities)) == len(identities)
    accepted, unknown = (deliveries_in(told, state) for state in ("accepted", "unknown"))
    assert accepted <= len(identities) <= accepted + unknown
    assert unknown <= SENT_AT_ONCE


def upset(instance, node, play):
    """Kill each worker once with SIGKILL and restart the broker, all while the play goes on."""
    for victim in ("work-registration", "work-matching", "work-notifications"):
        time.sleep(5)
        assert play.poll() is None, "the play was over before the last kill"
        instance.processes[victim].kill()
        instance.processes[victim].start()
        if victim == "work-matching":
            node.restart()


def databases(stack, postgres_url):
    made = {service: stack.enter_context(Database(postgres_url)) for service in SERVICES}
    return {f"{service.upper()}_DATABASE_URL": database.url for service, database in made.items()}


def broker(vhost):
    addresses = set_up(vhost, list(discovery.services().values()))
    return {f"{service.upper()}_BROKER_URL": url for service, url in addresses.items()}
