"""A whole instance in processes of its own, watched as an operator would: figures, health, `caravan top`."""

import contextlib
import json
import os
import pty
import re
import select
import signal
import subprocess
from contextlib import ExitStack

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

import commanding
from caravan import discovery
from commanding import CARAVAN
from deployment import SERVICES, many_processes
from instances import set_up, wait_for
from servers.ports import free_port
from servers.postgres import Database
from servers.vhost import Vhost

REGIONS = 40


@pytest.fixture(scope="module")
def watched(postgres_url, broker, tmp_path_factory):
    """An instance on PostgreSQL and RabbitMQ whose workers answer who watches; yields it with its settings."""
    folder = tmp_path_factory.mktemp("watched")
    with ExitStack() as stack:
        vhost = stack.enter_context(Vhost(broker))
        settings = {"CARAVAN_MAILBOX_DIR": str(folder / "mailbox")}
        for service, url in set_up(vhost, list(discovery.services().values())).items():
            settings[f"{service.upper()}_BROKER_URL"] = url
        for service in SERVICES:
            settings[f"{service.upper()}_DATABASE_URL"] = stack.enter_context(Database(postgres_url)).url
            settings[f"{service.upper()}_MONITOR_PORT"] = str(free_port())
        settings["CARAVAN_BROKER_API_URL"] = vhost.api_url
        settings["CARAVAN_BROKER_ADDRESS"] = vhost.amqp_url
        instance = stack.enter_context(many_processes(folder, settings))
        for number in range(REGIONS):
            code = f"RU-{number:03}"
            body = {"names": {"ru": f"Край {number}"}, "timezone": "Europe/Moscow"}
            made = requests.put(
                f"{instance.urls['registration']}/registration/v1/regions/{code}", json=body, timeout=30
            )
            assert made.status_code in (200, 201), made.text
        yield instance, settings


def monitor(settings, service):
    return f"http://127.0.0.1:{settings[f'{service.upper()}_MONITOR_PORT']}"


def figures(url):
    text = requests.get(f"{url}/metrics", timeout=10).text
    return {sample.name: sample.value for family in text_string_to_metric_families(text) for sample in family.samples}


def top(settings, *arguments):
    clean = {name: value for name, value in os.environ.items() if "_URL" not in name}
    return commanding.caravan("top", *arguments, environ=clean | settings | {"COLUMNS": "80"})


def looks(settings):
    answer = top(settings, "--json")
    assert answer.returncode == 0, answer.stderr
    return {look["service"]: look for look in json.loads(answer.stdout)}


def test_worker_counts_what_web_processes_recorded(watched):
    _instance, settings = watched

    wait_for(lambda: figures(monitor(settings, "registration"))["caravan_events_published_total"] >= REGIONS)
    wait_for(lambda: figures(monitor(settings, "matching"))["caravan_events_handled_total"] >= REGIONS)
    wait_for(lambda: figures(monitor(settings, "matching"))["caravan_queue_waiting"] == 0)


def test_web_process_tells_how_things_stand_and_counts_its_requests(watched):
    instance, _settings = watched

    found = figures(f"{instance.urls['registration']}/registration")

    assert found["caravan_joined"] == 1
    assert found["caravan_http_request_seconds_count"] >= 1
    assert found["caravan_ready"] == 1


def test_top_knows_the_same_from_addresses_and_from_databases(watched):
    instance, settings = watched
    wait_for(
        lambda: all(look["unacked"] is not None for look in looks(settings).values())
    )  # the broker counts by turns

    by_address, by_database = looks(instance.addresses() | settings), looks(settings)

    for found in (by_address, by_database):
        assert set(found) == set(SERVICES)
        assert {look["state"] for look in found.values()} == {"ready"}
        assert {look["dead"] for look in found.values()} == {0}
        assert all(look["sent_rate"] is not None and look["done_rate"] is not None for look in found.values())
        assert all(look["unacked"] is not None for look in found.values())


def test_top_without_monitors_asks_the_inbox_how_fast_it_goes(watched):
    _instance, settings = watched
    bare = {name: value for name, value in settings.items() if "MONITOR" not in name and "API" not in name}

    found = looks(bare)

    assert found["matching"]["done_rate"] is not None
    assert found["matching"]["sent_rate"] is None


def test_top_prints_one_table_of_eighty_columns(watched):
    instance, settings = watched

    answer = top(instance.addresses() | settings, "--once")

    assert answer.returncode == 0
    assert max(map(len, answer.stdout.splitlines())) <= 80
    for service in SERVICES:
        assert re.search(rf"^{service} +ready", answer.stdout, re.MULTILINE)


def test_service_that_is_away_is_shown_as_away(watched):
    instance, settings = watched
    nowhere = {"MATCHING_URL": f"http://127.0.0.1:{free_port()}"}
    quiet = {name: value for name, value in settings.items() if not name.startswith("MATCHING_MONITOR")}

    answer = top(instance.addresses() | quiet | nowhere, "--once")

    assert answer.returncode == 0
    assert re.search(r"^matching +away", answer.stdout, re.MULTILINE)
    assert re.search(r"^registration +ready", answer.stdout, re.MULTILINE)
    assert "Traceback" not in answer.stderr


def test_top_ends_quietly_when_it_is_interrupted(watched):
    instance, settings = watched
    environ = os.environ | settings | instance.addresses() | {"TERM": "xterm"}
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        given = {"stdin": theirs, "stdout": theirs, "stderr": theirs, "env": environ}
        running = subprocess.Popen([*CARAVAN, "top"], preexec_fn=listen, **given)  # noqa: PLW1509  # forks no thread
        os.close(theirs)
        shown = b""
        while b"registration" not in shown:
            shown += read_within(60, terminal)
        running.send_signal(signal.SIGINT)
        with contextlib.suppress(OSError):  # a terminal that nobody holds any more
            while more := read_within(30, terminal):
                shown += more

    assert running.wait(30) == 0
    assert b"Traceback" not in shown


def listen():
    """Undo what a shell does to what it runs in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def read_within(seconds, terminal):
    assert select.select([terminal], [], [], seconds)[0], "nothing is shown"
    return terminal.read(4096)
