"""Another team's program, given only the document and a grant, counts what really happened."""

import ast
import copy
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path

import pika
import pytest
import requests
from click.testing import CliRunner

import strange
from caravan import cli, discovery
from deployment import Process
from instances import set_up, wait_for
from servicekit.bus import topology
from tellings import PATIENCE_SECONDS, told_from_outboxes, told_while_it_happens, truth

EXAMPLE = Path(__file__).parents[2] / "deploy" / "examples" / "analytics"
DOCUMENT = Path(__file__).parents[2] / "docs" / "events" / "asyncapi.json"
SAMPLES = Path(__file__).parents[1] / "contract" / "samples"
OURS = ("caravan", "contracts", "servicekit", "registration", "kombu", "click")


@pytest.fixture
def folder(tmp_path):
    """The example's folder, copied to where nothing of ours is; the document is not in it yet."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "elsewhere" / "analytics"))


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """An interpreter of its own with what requirements.txt names, and nothing else."""
    home = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    (packages,) = home.glob("lib/python*/site-packages")
    assert (EXAMPLE / "requirements.txt").read_text().split(">")[0] == "pika"
    shutil.copytree(Path(pika.__file__).parent, packages / "pika")
    return home / "bin" / "python"


def test_example_is_short_and_needs_pika_alone(python):
    source = (EXAMPLE / "analytics.py").read_text(encoding="utf-8")
    imported = {
        alias.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import) for alias in node.names
    }
    imported |= {node.module for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)}

    assert imported - sys.stdlib_module_names == {"pika"}
    assert len(statements(source)) <= 50
    for name in OURS:
        assert subprocess.run([python, "-I", "-c", f"import {name}"], capture_output=True, check=False).returncode == 1


def statements(source):
    """Return the lines that are neither empty nor docstrings."""
    docstrings = {
        line
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for line in range(node.lineno, node.end_lineno + 1)
    }
    return [line for number, line in enumerate(source.splitlines(), 1) if line.strip() and number not in docstrings]


class Analytics:
    """The example at work."""

    def __init__(self, python, folder, address):
        environ = {"CARAVAN_ADDRESS": address, "PATH": os.environ["PATH"]}
        command = (str(python), "-I", str(folder / "analytics.py"))
        self.folder, self.log = folder, folder / "out"
        self.process = Process("analytics", command, environ, self.log)

    def start(self):
        self.process.start()

    def kill(self):
        self.process.kill()

    def end(self):
        """Stop it if it runs."""
        if hasattr(self.process, "child"):
            self.process.stop()

    @property
    def counts(self):
        """What it said last."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        return Counter(json.loads(lines[-1])) if lines else Counter()

    @property
    def place(self):
        """The offset that it wants next."""
        with closing(sqlite3.connect(self.folder / "counts.db")) as database, suppress(sqlite3.OperationalError):
            return database.execute("SELECT max(next) FROM place").fetchone()[0]
        return None  # it has no tables yet


@pytest.fixture
def services(vhost):
    """Settings of our services on the broker."""
    addresses = set_up(vhost, list(discovery.services().values()))
    return {f"{name.upper()}_BROKER_URL": address for name, address in addresses.items()}


@pytest.fixture
def analytics(python, folder, vhost, services):
    """The example with a grant, not yet started."""
    environ = {
        "CARAVAN_BROKER_API_URL": vhost.api_url,
        "CARAVAN_BROKER_ADDRESS": vhost.amqp_url.replace("guest:guest@", ""),
    }
    command = ["broker", "grant", "analytics", "--read", "*.application.# *.meeting.#", "--history"]
    told = CliRunner().invoke(cli.main, command, env=environ)
    assert told.exit_code == 0, told.output
    (address,) = (line.split()[1] for line in told.stdout.splitlines() if line.startswith("address:"))
    running = Analytics(python, folder, address)
    yield running
    running.end()


@pytest.mark.parametrize(
    "telling",
    [told_from_outboxes, pytest.param(told_while_it_happens, marks=pytest.mark.long)],
    ids=lambda telling: telling.__name__,
)
def test_stranger_counts_what_happened_whenever_it_starts_and_however_it_ends(
    analytics, services, vhost, tmp_path, tmp_path_factory, telling
):
    with telling(tmp_path, services, tmp_path_factory) as (origin, go_on):
        document = requests.get(f"{origin}/registration/v1/events/asyncapi.json", timeout=30)
        (analytics.folder / "asyncapi.json").write_bytes(document.content)
        analytics.start()  # late: something has happened
        wait_for(lambda: sum(analytics.counts.values()) >= 5, PATIENCE_SECONDS)
        analytics.kill()
        go_on()
        analytics.start()
        true = truth(tmp_path)
        assert {kind.split()[1] for kind in true} == {"application", "meeting"}
        wait_for(lambda: analytics.counts == true, PATIENCE_SECONDS)

    analytics.kill()
    repeat_everything(vhost)
    analytics.start()
    end = end_of_history(vhost)
    wait_for(lambda: analytics.place == end, PATIENCE_SECONDS)
    assert analytics.counts == true

    analytics.kill()
    for file in analytics.folder.glob("counts.db*"):
        file.unlink()
    analytics.start()
    wait_for(lambda: analytics.place == end, PATIENCE_SECONDS)
    assert analytics.counts == true


ODD = ({"data": []}, {"data": {}}, {"subject": {}}, {"subjectversion": 2**70}, {"type": []}, {"id": "\ud800"})
TOO_ODD = {"instant", "depth"}
"""Headers that pika cannot read."""


def test_stranger_passes_over_what_is_no_event(analytics, vhost):
    shutil.copy(DOCUMENT, analytics.folder)
    sample = json.loads((SAMPLES / "caravan.meeting.held.v1.json").read_text(encoding="utf-8"))
    odd = [json.dumps(sample | {"id": f"odd {number}"} | change).encode() for number, change in enumerate(ODD)]
    messages = [message for name, message in strange.STRANGE.items() if name not in TOO_ODD]
    plain = pika.BasicProperties(delivery_mode=2)
    messages += [(plain, "ru-kya.meeting.held.v1", body) for body in (*odd, json.dumps(sample).encode())]
    with pika.BlockingConnection(pika.URLParameters(vhost.amqp_url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for properties, key, body in messages:
            said = copy.copy(properties)
            said.content_type = "application/cloudevents+json"
            channel.basic_publish(topology.EVENTS, key, body, said)

    analytics.start()

    wait_for(lambda: analytics.process.child.poll() is not None or analytics.counts)
    assert set(analytics.counts.values()) == {1}
    wait_for(lambda: analytics.place == len(messages))


def test_stranger_passes_over_what_the_document_does_not_name(analytics, vhost):
    shutil.copy(DOCUMENT, analytics.folder)
    sample = json.loads((SAMPLES / "caravan.meeting.held.v1.json").read_text(encoding="utf-8"))
    later = sample | {"id": "01a20ae9-5e1d-7154-8725-002a51e82150", "type": "caravan.meeting.held.v2", "data": {}}
    with pika.BlockingConnection(pika.URLParameters(vhost.amqp_url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for event in (later, later | {"type": "odd"}, sample):
            plain = pika.BasicProperties(content_type="application/cloudevents+json", delivery_mode=2)
            channel.basic_publish(topology.EVENTS, "ru-kya.meeting.held.v1", json.dumps(event).encode(), plain)

    analytics.start()

    wait_for(lambda: analytics.process.child.poll() is not None or analytics.counts)
    assert set(analytics.counts.values()) == {1}


def history(vhost):
    """Read the whole stream with an operator's rights: (offset, routing key, properties, body)."""
    with pika.BlockingConnection(pika.URLParameters(vhost.amqp_url)) as connection:
        channel = connection.channel()
        channel.basic_qos(prefetch_count=500)
        found = []
        reading = channel.consume(topology.LOG, arguments={"x-stream-offset": "first"}, inactivity_timeout=1)
        for method, properties, body in reading:
            if method is None:
                return found
            found.append((properties.headers["x-stream-offset"], method.routing_key, properties, body))
            channel.basic_ack(method.delivery_tag)
    return found


def end_of_history(vhost):
    return history(vhost)[-1][0] + 1


def repeat_everything(vhost):
    """Publish all of history once more, in disorder."""
    events = history(vhost)
    random.Random(7).shuffle(events)
    with pika.BlockingConnection(pika.URLParameters(vhost.amqp_url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for _offset, key, properties, body in events:
            plain = pika.BasicProperties(content_type=properties.content_type, delivery_mode=2)
            channel.basic_publish(topology.EVENTS, key, body, plain)
