"""The command as operators use it: what it refuses, and what it prepares."""

import os
import socket
import stat
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
import requests
from sqlalchemy import make_url

import commanding
from caravan import discovery
from caravan.broker import env_files
from caravan.cli import COMMANDS
from instances import broker_link, set_up
from servers import ports
from servers.postgres import Database
from servicekit.bus import topology

SERVICES = ("registration", "matching", "notifications")


def caravan(*arguments, **environ):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("CARAVAN_", "REGISTRATION_"))}
    return commanding.caravan(*arguments, environ=clean | environ)


def sqlite(folder):
    return {f"{service.upper()}_DATABASE_URL": f"sqlite:///{folder}/{service}.db" for service in SERVICES}


def test_up_serves_others_over_https_alone_and_says_why(tmp_path):
    port = str(ports.free_port())
    refused = caravan("up", "--host", "0.0.0.0", "--port", port, "--data", str(tmp_path))

    assert refused.returncode == 2
    assert "people sign in over https alone" in refused.stderr


def test_nobody_is_served_without_the_secret_of_the_instance(tmp_path):
    refused = caravan("serve", "matching", **sqlite(tmp_path))

    assert refused.returncode == 2
    assert "CARAVAN_SECRET_KEY" in refused.stderr


def test_140_bad_settings_are_all_named():
    environ = {"CARAVAN_MOVABLE_CLOCK": "perhaps", "CARAVAN_BROKER_HEARTBEAT_SECONDS": "often"}

    refused = caravan("work", "registration", **environ)

    assert refused.returncode == 2
    for culprit in ("REGISTRATION_DATABASE_URL is not set", "MOVABLE_CLOCK", "BROKER_HEARTBEAT_SECONDS"):
        assert culprit in refused.stderr


def test_mailbox_is_not_served_to_others(tmp_path):
    refused = caravan("serve", "notifications", "--host", "0.0.0.0", **sqlite(tmp_path))

    assert refused.returncode == 2
    assert "SMTP" in refused.stderr


def test_monitor_port_that_is_taken_is_told_once(tmp_path):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]

        refused = caravan("work", "registration", **sqlite(tmp_path), REGISTRATION_MONITOR_PORT=str(port))

    assert refused.returncode == 1
    assert refused.stderr == f"Error: 127.0.0.1:{port} cannot be used: address already in use\n"


def test_unknown_service_is_refused_with_those_that_exist():
    refused = caravan("serve", "weather")

    assert refused.returncode == 2
    assert "registration" in refused.stderr


def test_migrate_can_be_run_again_and_the_doctor_is_content(tmp_path):
    environ = sqlite(tmp_path) | {"CARAVAN_MAILBOX_DIR": str(tmp_path / "mailbox")}

    runs = [caravan("migrate", **environ) for _ in range(2)]
    doctor = caravan("doctor", **environ)

    assert [run.returncode for run in runs] == [0, 0]
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr
    for service in SERVICES:
        assert service in doctor.stdout


def test_141_two_migrations_at_once_wait_for_each_other(postgres_url):
    with Database(postgres_url) as database:
        environ = os.environ | {"REGISTRATION_DATABASE_URL": database.url}
        command = [sys.executable, "-m", "caravan", "migrate", "registration"]
        racing = [subprocess.Popen(command, env=environ, stderr=subprocess.PIPE) for _ in range(3)]
        ended = [(process.communicate(timeout=60)[1], process.returncode) for process in racing]

    assert [status for _, status in ended] == [0, 0, 0], ended


@pytest.mark.parametrize("words", [("migrate", "registration"), ("up", "--data", "data", "--port", "{port}")])
@pytest.mark.parametrize("elsewhere", [{"database": "caravan_nowhere"}, {"port": 1}])
def test_140_database_that_cannot_be_used_is_told_in_one_line(postgres_url, tmp_path, monkeypatch, words, elsewhere):
    url = make_url(postgres_url).set(drivername="postgresql+psycopg", **elsewhere)
    monkeypatch.chdir(tmp_path)
    words = [word.format(port=ports.free_port()) for word in words]

    told = caravan(*words, REGISTRATION_DATABASE_URL=url.render_as_string(hide_password=False))

    assert told.returncode == 1
    (line,) = told.stderr.splitlines()
    assert line.startswith("Error: registration: the database cannot be used: ")


def test_migrate_tells_in_one_line_that_the_broker_lets_it_not_in(vhost, tmp_path):
    parts = urlsplit(vhost.amqp_url)
    stranger = parts._replace(netloc=f"nobody:secret@{parts.netloc.rpartition('@')[2]}").geturl()

    told = caravan("migrate", "registration", **sqlite(tmp_path), REGISTRATION_BROKER_URL=stranger)

    assert told.returncode == 1
    (line,) = told.stderr.splitlines()
    assert line.startswith("Error: registration: the broker cannot be used: ")
    assert "secret" not in line


def test_doctor_names_what_is_wrong(tmp_path):
    environ = sqlite(tmp_path) | {"CARAVAN_BROKER_URL": "amqp://nobody:x@127.0.0.1:1/none"}
    environ["CARAVAN_DATA"] = str(tmp_path / "data")

    doctor = caravan("doctor", **environ)

    assert doctor.returncode == 1
    assert "not migrated" in doctor.stdout


def test_doctor_names_a_queue_that_is_gone(vhost, tmp_path):
    urls = set_up(vhost, list(discovery.services().values()))
    environ = sqlite(tmp_path) | {"CARAVAN_MAILBOX_DIR": str(tmp_path / "mailbox")}
    environ |= {f"{name.upper()}_BROKER_URL": url for name, url in urls.items()}
    assert caravan("migrate", **environ).returncode == 0
    well = caravan("doctor", **environ)
    with broker_link(vhost.amqp_url) as link:
        link.channel.queue_delete(topology.queue_of("matching"))

    ill = caravan("doctor", **environ)

    assert (well.returncode, ill.returncode) == (0, 1), well.stdout + ill.stdout
    assert "queue missing" in ill.stdout


def test_broker_setup_keeps_its_passwords_to_itself(vhost, tmp_path):
    env_file = tmp_path / "broker.env"
    address = vhost.amqp_url.replace("guest:guest@", "")
    environ = {"CARAVAN_BROKER_API_URL": vhost.api_url}
    arguments = ("broker", "setup", "--address", address, "--env-file", str(env_file), "--homes", "RU-KLU,RU-KYA")

    first = caravan(*arguments, **environ)
    kept = env_file.read_text()
    second = caravan(*arguments, **environ)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert env_file.read_text() == kept
    assert stat.S_IMODE(env_file.stat().st_mode) == 0o600
    passwords = [line.split(":")[2].split("@")[0] for line in kept.splitlines() if "_BROKER_URL=" in line]
    assert len(passwords) == len(SERVICES)
    assert not any(password in first.stdout for password in passwords)
    assert len(set(passwords)) == len(SERVICES), "each service has a password of its own"
    assert all(len(password) >= 32 for password in passwords)


def test_broker_setup_run_again_without_options_keeps_address_and_rights(vhost, tmp_path):
    env_file = tmp_path / "broker.env"
    setup = ("broker", "setup", "--env-file", str(env_file))
    address = f"broker.example:5671/{vhost.name}?cacertfile=/ca.pem&certfile=/us.pem&keyfile=/us.key"
    environ = {"CARAVAN_BROKER_API_URL": vhost.api_url}
    first = caravan(*setup, "--address", f"amqps://{address}", "--homes", "RU-KLU", **environ)
    written, rights = env_file.read_text(), topic_rights_in(vhost)

    again = caravan(*setup, CARAVAN_HOMES="", **environ)

    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert env_file.read_text() == written
    assert written.count(f"@{address}'") == len(SERVICES)
    assert topic_rights_in(vhost) == rights
    assert {pattern.partition(".")[0] for pattern in rights.values()} == {"^(ru-klu)\\"}
    assert f"broker: amqps://{address}\nregions: RU-KLU\n" in again.stdout


def test_broker_setup_takes_what_is_said_over_what_is_kept(vhost, tmp_path):
    setup = ("broker", "setup", "--env-file", str(tmp_path / "broker.env"))
    environ = {"CARAVAN_BROKER_API_URL": vhost.api_url}
    caravan(*setup, "--address", f"amqp://one.example/{vhost.name}", "--homes", "RU-KLU", **environ)

    moved = caravan(*setup, "--address", f"amqp://other.example/{vhost.name}", "--homes", "", **environ)

    kept = env_files.read(tmp_path / "broker.env")
    assert moved.returncode == 0, moved.stderr
    assert set(kept) == {f"{service.upper()}_BROKER_URL" for service in SERVICES}
    assert all("@other.example/" in url for url in kept.values())
    assert {pattern.partition(".")[0] for pattern in topic_rights_in(vhost).values()} == {"^([a-z0-9-]+)\\"}


def topic_rights_in(vhost):
    found = requests.get(f"{vhost.api_url}/api/vhosts/{vhost.name}/topic-permissions", timeout=10).json()
    return {(right["user"], right["exchange"]): right["write"] for right in found}


def test_broker_setup_without_an_administrator_says_what_to_set():
    refused = caravan("broker", "setup")

    assert refused.returncode == 2
    assert "CARAVAN_BROKER_API_URL" in refused.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command):
    helped = caravan(command, "--help")

    assert helped.returncode == 0
    assert "Usage:" in helped.stdout


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (("events", "dead", "list"), 1, "matching: is not installed: run `caravan migrate matching` first"),
        (("events", "dead", "replay", "--all", "--reason", "mended", "--yes"), 1, "is not installed"),
        (("events", "republish", "--service", "matching"), 1, "Error: matching is not installed"),
        (("doctor",), 1, "not migrated"),
        (("top", "--once"), 0, "unready"),
    ],
)
def test_look_makes_no_database(tmp_path, command, code, said):
    folder = tmp_path / "var"
    databases = sqlite(folder) if command[0] == "top" else {}  # without databases it uses addresses

    told = caravan(*command, CARAVAN_DATA=str(folder), **databases)

    assert told.returncode == code
    assert said in told.stdout + told.stderr
    assert "Traceback" not in told.stderr
    assert not folder.exists()


def test_databases_are_for_the_user_of_the_command_alone(tmp_path):
    data = tmp_path / "data"
    caravan("migrate", "registration", CARAVAN_SECRET_KEY="a secret of 32 characters or more", **sqlite(data))

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (data, *data.iterdir())}

    assert modes["data"] == 0o700
    assert modes["registration.db"] == 0o600
    assert not any(mode & 0o077 for mode in modes.values())
