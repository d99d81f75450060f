"""Restoring an older back-up does not bring back people who were erased since."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

import commanding
from builders.registration import Desk, a_delegate
from caravan import discovery
from caravan.local_instance import environment
from registration.service import SERVICE
from servicekit.bus.in_process import Pump
from servicekit.data.tables import metadata as kit
from servicekit.service import assemble

BACK_UP = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).backup(sqlite3.connect(sys.argv[2]))"
MARKS = ("Снегирин", "snegirin@example.org")
SERVICES = ("registration", "notifications")


@pytest.fixture
def instance(runtime_of, tmp_path):
    """Registration and notifications with one person, and the environment with their databases."""
    runtimes = {name: runtime_of(discovery.service(name), tombstones_file=tmp_path / "kept") for name in SERVICES}
    desk = Desk(runtimes["registration"])
    person = a_delegate(names={"ru": "Снегирин Роман"}, email="snegirin@example.org")
    application = desk.applied(desk.open_mission(), delegates=[person])
    carry(runtimes)
    return runtimes, application["delegates"][0]["id"]


def carry(runtimes):
    pump = Pump(list(runtimes.values()))
    while pump.round():
        pass


def url_of(runtime):
    return runtime.settings.database_url


def back_up(runtime, folder):
    """Back up a database with its own tools: the back-up API of SQLite, or pg_dump."""
    url, file = urlsplit(url_of(runtime)), folder / f"{runtime.service.name}.backup"
    if url.scheme == "sqlite":
        subprocess.run([sys.executable, "-c", BACK_UP, url.path[1:], str(file)], check=True)
    else:
        subprocess.run(["pg_dump", "-Fc", "-f", str(file), plain(url)], check=True)
    return file


def put_back(runtime, file):
    """Replace a database by a back-up while no process uses it."""
    url = urlsplit(url_of(runtime))
    runtime.database.close()
    if url.scheme == "sqlite":
        subprocess.run([sys.executable, "-c", BACK_UP, str(file), url.path[1:]], check=True)
    else:
        command = ["pg_restore", "--clean", "--if-exists", "--no-owner", "-d", plain(url), str(file)]
        subprocess.run(command, check=True)


def plain(url):
    return url._replace(scheme="postgresql").geturl()


def holders(runtimes):
    found = set()
    for name, runtime in runtimes.items():
        with runtime.database.read() as session:
            for table in (*runtime.service.metadata.sorted_tables, *kit.sorted_tables):
                for row in session.execute(select(table)):
                    if any(mark in str(list(row)) for mark in MARKS):
                        found.add(f"{name}.{table.name}")
    return found


def environ_of(runtimes, tmp_path, **more):
    clean = {name: value for name, value in os.environ.items() if name != "CARAVAN_DATA"}
    databases = {f"{name.upper()}_DATABASE_URL": url_of(runtime) for name, runtime in runtimes.items()}
    return clean | databases | {"CARAVAN_TOMBSTONES_FILE": str(tmp_path / "kept")} | more


def test_138_person_who_was_forgotten_stays_so_when_yesterdays_back_up_is_restored(instance, tmp_path):
    runtimes, person = instance
    files = {name: back_up(runtime, tmp_path) for name, runtime in runtimes.items()}
    before = holders(runtimes)
    Desk(runtimes["registration"]).send("DELETE", f"/v1/people/{person}")
    carry(runtimes)
    erased = holders(runtimes)
    for name, runtime in runtimes.items():
        put_back(runtime, files[name])
    restored = holders(runtimes)

    done = commanding.caravan("restore", *SERVICES, environ=environ_of(runtimes, tmp_path))
    again = commanding.caravan("restore", *SERVICES, environ=environ_of(runtimes, tmp_path))
    carry(runtimes)

    assert {"registration.delegate", "notifications.contact"} <= before
    assert (erased, restored) == (set(), before)
    assert done.stdout.splitlines() == [f"{name}: 1 forgotten again" for name in SERVICES], done.stderr
    assert again.stdout.splitlines() == [f"{name}: nobody to forget again" for name in SERVICES]
    assert holders(runtimes) == set()
    state = Desk(runtimes["registration"]).made("GET", f"/v1/people/{person}/erasure")
    assert {answer["service"] for answer in state["answered"]} == set(SERVICES)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_restore_without_a_file_of_tombstones_is_refused(instance, tmp_path):
    runtimes, _ = instance

    refused = commanding.caravan(
        "restore", "registration", environ=environ_of(runtimes, tmp_path, CARAVAN_TOMBSTONES_FILE="")
    )

    assert (refused.returncode, "CARAVAN_TOMBSTONES_FILE" in refused.stderr) == (1, True)


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("command", ["restore", "migrate", "work", "serve"])
def test_spoilt_file_of_tombstones_stops_every_start(instance, tmp_path, command):
    runtimes, _ = instance
    (tmp_path / "kept").write_text("nobody\n", encoding="utf-8")

    refused = commanding.caravan(command, "registration", environ=environ_of(runtimes, tmp_path))

    assert (refused.returncode, "line 1" in refused.stderr) == (1, True)


def test_file_lies_beside_the_data_of_caravan_up():
    chosen = environment(Path("/srv/var"), {})

    assert assemble(SERVICE, chosen).settings.tombstones_file == "/srv/var.tombstones"
