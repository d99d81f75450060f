"""How processes start if something is missing, and how they end after several signals."""

import os
import signal
from contextlib import contextmanager

import pytest
import requests
from sqlalchemy import inspect

import signed_in
from caravan import discovery
from commanding import CARAVAN, caravan
from deployment import Process
from instances import wait_for
from mid_migration import killed_while_it_migrates
from servers.ports import LOOPBACK, free_port
from servers.postgres import Database
from servicekit import migrations
from servicekit.service import assemble

EXIT_SECONDS = 30
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("CARAVAN_", "REGISTRATION_"))}
CLEAN["CARAVAN_SECRET_KEY"] = signed_in.SECRET


@contextmanager
def running(folder, *words, **environ):
    process = Process(words[0], (*CARAVAN, *words), CLEAN | environ, folder / f"{words[0]}.log")
    process.start()
    try:
        yield process
    finally:
        if process.child.poll() is None:
            process.kill()


@contextmanager
def served(folder, service, **environ):
    """The address of a service with one web process."""
    port = free_port()
    words = ("serve", service, "--port", str(port), "--workers", "1")
    with running(folder, *words, **environ) as process:
        url = f"http://{LOOPBACK}:{port}/{service}"
        wait_for(lambda: answers(f"{url}/health/live"), 60)
        yield url
        assert process.child.poll() is None


def answers(url):
    try:
        return requests.get(url, timeout=5).ok
    except requests.RequestException:
        return False


def migrated(folder, service):
    environ = {f"{service.upper()}_DATABASE_URL": f"sqlite:///{folder}/{service}.db"}
    assert caravan("migrate", service, environ=CLEAN | environ).returncode == 0
    return environ


def test_140_web_process_begins_without_its_database_and_is_not_ready(tmp_path):
    away = f"postgresql+psycopg://caravan:hush@{LOOPBACK}:1/registration"
    with served(tmp_path, "registration", REGISTRATION_DATABASE_URL=away) as url:
        ready = requests.get(f"{url}/health/ready", timeout=30)
        asked = requests.get(f"{url}/v1/regions", timeout=30)

    assert (ready.status_code, ready.json()["database"]) == (503, "away")
    assert (asked.status_code, asked.headers["Retry-After"]) == (503, "5")
    assert "hush" not in (tmp_path / "serve.log").read_text()


def test_140_web_process_begins_on_tables_that_are_not_there_and_is_not_ready(tmp_path):
    with served(tmp_path, "registration", REGISTRATION_DATABASE_URL=f"sqlite:///{tmp_path}/empty.db") as url:
        ready = requests.get(f"{url}/health/ready", timeout=30)

    assert (ready.status_code, ready.json()["database"]) == (503, "not migrated")


def test_140_web_process_begins_without_its_broker_and_takes_requests(tmp_path):
    environ = migrated(tmp_path, "registration")
    environ["REGISTRATION_BROKER_URL"] = f"amqp://caravan:hush@{LOOPBACK}:1/caravan"
    with served(tmp_path, "registration", **environ) as url:
        ready = requests.get(f"{url}/health/ready", timeout=30)

    assert (ready.status_code, ready.json()["broker"]) == (200, "away")
    assert "hush" not in (tmp_path / "serve.log").read_text()


def test_140_web_process_begins_without_its_mail_server_and_takes_requests(tmp_path):
    environ = migrated(tmp_path, "notifications")
    environ["NOTIFICATIONS_SMTP_URL"] = f"smtp://{LOOPBACK}:1"
    with served(tmp_path, "notifications", **environ) as url:
        assert requests.get(f"{url}/health/ready", timeout=30).status_code == 200


def test_140_full_disk_is_told_in_one_line_and_the_migration_can_be_run_again(tmp_path):
    environ = CLEAN | {"REGISTRATION_DATABASE_URL": f"sqlite:///{tmp_path}/registration.db"}
    limited = Process(
        "migrate",
        ("sh", "-c", f"ulimit -f 16; exec {' '.join(CARAVAN)} migrate registration"),
        environ,
        tmp_path / "log",
    )

    limited.start()
    status = limited.child.wait(60)
    again = caravan("migrate", "registration", environ=environ)

    assert status == 1
    (line,) = (tmp_path / "log").read_text().splitlines()
    assert line.startswith("Error: registration: the database cannot be used: ")
    assert again.returncode == 0, again.stderr


@pytest.mark.parametrize("words", [("serve", "registration"), ("work", "registration"), ("migrate", "registration")])
def test_140_bad_settings_end_with_2_and_name_the_setting_and_no_secret(words):
    environ = {"REGISTRATION_DATABASE_URL": "mysql://caravan:hush@x/y", "CARAVAN_BROKER_URL": "amqp//caravan:hush@x"}

    refused = caravan(*words, environ=CLEAN | environ)

    assert refused.returncode == 2
    assert "REGISTRATION_DATABASE_URL" in refused.stderr and "REGISTRATION_BROKER_URL" in refused.stderr
    assert "hush" not in refused.stderr + refused.stdout


@pytest.mark.parametrize("word", ["serve", "work", "up"])
def test_141_process_that_is_told_twice_to_end_ends_in_good_order(tmp_path, word):
    port, monitor = str(free_port()), str(free_port())
    words = {"serve": ("serve", "registration", "--port", port), "work": ("work", "registration")}
    up = ("up", "--port", port, "--data", str(tmp_path))
    path = {"work": f"{monitor}/health/live"}.get(word, f"{port}/registration/health/live")
    environ = {} if word == "up" else migrated(tmp_path, "registration") | {"REGISTRATION_MONITOR_PORT": monitor}
    with running(tmp_path, *words.get(word, up), **environ) as process:
        wait_for(lambda: answers(f"http://{LOOPBACK}:{path}"), 60)
        for _ in range(2):
            process.child.send_signal(signal.SIGTERM)

        assert process.child.wait(EXIT_SECONDS) == 0

    assert '"level": "ERROR"' not in (tmp_path / f"{word}.log").read_text()


@pytest.fixture
def empty_database(request, database_kind, tmp_path):
    """The address of a database without tables."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    with Database(request.getfixturevalue("postgres_url")) as database:
        yield database.url


@pytest.mark.parametrize("after", [10, 40])
def test_141_migration_that_was_killed_left_nothing_and_can_be_run_again(empty_database, after):
    url, service = empty_database, discovery.service("registration")
    runtime = assemble(service, {"REGISTRATION_DATABASE_URL": url})

    status = killed_while_it_migrates(service, url, after)
    left = inspect(runtime.database.engine).get_table_names()
    migrations.upgrade(runtime)

    assert (status, left) == (-signal.SIGKILL, [])
    assert migrations.is_at_head(runtime)
    runtime.close()
