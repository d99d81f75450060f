"""Servers of tests keep what they were told, die with their run, and leave nothing behind."""

import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pika
import psycopg
import pytest
import requests
from pika.exceptions import AMQPConnectionError
from sqlalchemy import create_engine, text

from servers import ensure, folders, names, postgres, vhost
from servers.waiting import wait_until

pytestmark = pytest.mark.long


def a_durable_message(amqp_url, body):
    with pika.BlockingConnection(pika.URLParameters(amqp_url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.queue_declare("kept", durable=True, arguments={"x-queue-type": "quorum"})
        channel.basic_publish("", "kept", body, pika.BasicProperties(delivery_mode=2), mandatory=True)


def the_message(amqp_url):
    with pika.BlockingConnection(pika.URLParameters(amqp_url)) as connection:
        return connection.channel().basic_get("kept", auto_ack=True)[2]


def count(url, table="kept"):
    with postgres.connect(url) as connection:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def answers(url):
    try:
        postgres.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def test_node_keeps_a_durable_message_when_killed_and_restarted(rabbitmq_node):
    a_durable_message(rabbitmq_node.amqp_url, b"still here")
    rabbitmq_node.settle()

    rabbitmq_node.kill()
    with pytest.raises(AMQPConnectionError):
        the_message(rabbitmq_node.amqp_url)
    rabbitmq_node.start()

    assert the_message(rabbitmq_node.amqp_url) == b"still here"


def test_node_keeps_a_durable_message_when_restarted_in_good_order(rabbitmq_node):
    a_durable_message(rabbitmq_node.amqp_url, b"still here")

    rabbitmq_node.restart()

    assert the_message(rabbitmq_node.amqp_url) == b"still here"


def test_node_answers_its_command_line_and_its_management_api(rabbitmq_node):
    rabbitmq_node.ctl("add_vhost", "elsewhere")

    vhosts = requests.get(f"{rabbitmq_node.api_url}/api/vhosts", timeout=5).json()

    assert {found["name"] for found in vhosts} == {"/", "elsewhere"}


def test_node_stays_silent_while_paused(rabbitmq_node):
    rabbitmq_node.pause()
    try:
        with pytest.raises(requests.Timeout):
            requests.get(f"{rabbitmq_node.api_url}/api/whoami", timeout=0.5)
    finally:
        rabbitmq_node.resume()

    assert requests.get(f"{rabbitmq_node.api_url}/api/whoami", timeout=5).ok


def test_node_says_why_a_command_failed(rabbitmq_node):
    with pytest.raises(RuntimeError, match="nowhere"):
        rabbitmq_node.ctl("delete_vhost", "nowhere")


def test_cluster_keeps_committed_rows_when_stopped_immediately(postgres_cluster):
    with postgres.connect(postgres_cluster.url) as connection:
        connection.execute("CREATE TABLE kept (id int)")
        connection.execute("INSERT INTO kept VALUES (1)")

    postgres_cluster.stop_immediately()
    with pytest.raises(psycopg.OperationalError):
        postgres.connect(postgres_cluster.url)
    postgres_cluster.start()

    assert count(postgres_cluster.url) == 1


def test_cluster_keeps_fsync_on(postgres_cluster):
    with postgres.connect(postgres_cluster.url) as connection:
        settings = dict(connection.execute("SELECT name, setting FROM pg_settings WHERE name ~ 'commit$|fsync'"))

    assert settings["fsync"] == settings["synchronous_commit"] == "on"


def test_servers_die_with_a_test_run_that_is_killed():
    script = (
        "from servers.postgres import Cluster; from servers import folders; import time\n"
        "cluster = Cluster(); cluster.start(); print(cluster.url, cluster._folder, flush=True); time.sleep(60)"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(names.__file__).parents[1])}
    with subprocess.Popen([sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE, text=True) as run:
        url, folder = run.stdout.readline().split()
        postgres.connect(url).close()

        run.kill()

    wait_until(lambda: not answers(url), "the server has died with the test run", timeout_seconds=10)
    folders.remove(Path(folder))


def test_database_is_empty_and_gone_after(postgres_url):
    with postgres.Database(postgres_url) as database:
        engine = create_engine(database.url)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE kept (id int)"))
        left_open = engine.connect()

    with postgres.connect(postgres_url) as connection:
        left = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database.name]).fetchall()
    assert left == []
    left_open.invalidate()
    engine.dispose()


def test_database_ends_its_connections_when_told(postgres_url):
    with postgres.Database(postgres_url) as database, postgres.connect(postgres_url, database.name) as connection:
        database.disconnect_all()

        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


def test_vhost_is_usable_and_gone_after(broker):
    with vhost.Vhost(broker) as made:
        a_durable_message(made.amqp_url, b"hello")

        assert the_message(made.amqp_url) == b"hello"
        assert set(made.queues()) == {"kept"}

    names_left = {left["name"] for left in requests.get(f"{broker.api_url}/api/vhosts", timeout=5).json()}
    assert made.name not in names_left


def test_vhost_takes_the_users_with_it_that_had_rights_in_it_alone(broker):
    user = names.unique_name()
    with vhost.Vhost(broker) as made:
        rights = {"configure": "", "write": "", "read": ".*"}
        vhost._call(broker, "PUT", f"users/{user}", {"password": "of no use", "tags": ""})
        vhost._call(broker, "PUT", f"permissions/{made.name}/{user}", rights)

    users = {left["name"] for left in requests.get(f"{broker.api_url}/api/users", timeout=5).json()}
    assert user not in users
    assert urlsplit(broker.amqp_url).username in users


def test_name_is_stale_after_a_day_and_only_if_it_is_ours():
    made, now = names.unique_name(), time.time()

    assert not names.is_stale(made, now)
    assert names.is_stale(made, now + names.STALE_AFTER_SECONDS + 5)
    assert not names.is_stale("production", now + names.STALE_AFTER_SECONDS + 5)


def test_stale_database_and_vhost_are_removed(postgres_url, broker, monkeypatch):
    stale = names.unique_name()
    monkeypatch.setattr(names, "unique_name", lambda: stale)
    # No other run that tidies up now may take it for stale, and this one may take nothing else for it.
    monkeypatch.setattr(names, "is_stale", lambda name, _now_seconds: name == stale)
    vhost.Vhost(broker).__enter__()
    postgres.Database(postgres_url).__enter__()

    vhost.delete_stale_vhosts(broker)
    postgres.drop_stale_databases(postgres_url)

    assert stale not in {left["name"] for left in requests.get(f"{broker.api_url}/api/vhosts", timeout=5).json()}
    with postgres.connect(postgres_url) as connection:
        assert (stale,) not in connection.execute("SELECT datname FROM pg_database").fetchall()


def test_stale_vhost_that_another_run_removes_first_is_no_failure(broker, monkeypatch):
    made = vhost.Vhost(broker)
    monkeypatch.setattr(names, "is_stale", lambda name, _now_seconds: name == made.name)
    made.__enter__()
    users_of = vhost._users_of

    def removed_meanwhile(shared, name):
        vhost._call(shared, "DELETE", f"vhosts/{name}")
        return users_of(shared, name)

    monkeypatch.setattr(vhost, "_users_of", removed_meanwhile)
    vhost.delete_stale_vhosts(broker)

    names_left = {left["name"] for left in requests.get(f"{broker.api_url}/api/vhosts", timeout=5).json()}
    assert made.name not in names_left


def test_ensure_fails_and_gives_advice_when_a_server_is_elsewhere_and_away(monkeypatch, capsys):
    monkeypatch.setenv("CARAVAN_TEST_RABBITMQ_API_URL", "http://127.0.0.1:9")
    api = next(need for need in ensure.NEEDS if need.setting == "CARAVAN_TEST_RABBITMQ_API_URL")
    monkeypatch.setattr(ensure, "NEEDS", (api,))

    assert ensure.main() == 1

    said = capsys.readouterr().out
    assert "does not answer" in said
    assert "CARAVAN_TEST_RABBITMQ_API_URL" in said
