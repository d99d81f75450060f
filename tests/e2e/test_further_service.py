"""A service from elsewhere plugs in by being installed, joins late, and ends equal to one that was there."""

import itertools
import json
import os
import shutil
import subprocess
import sys
import zipfile
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import requests
from sqlalchemy import create_engine, text

import commanding
from caravan.broker import env_files
from commanding import CARAVAN
from deployment import Instance, Process, one_process
from instances import wait_for
from servers.ports import free_port
from servers.postgres import Database
from servicekit.bus import broker, topology

EXAMPLE = Path(__file__).parents[2] / "deploy" / "examples" / "translations"
OFFERED, OUTDATED = "caravan.translation.offered.v1", "caravan.translation.outdated.v1"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder into which the example's wheel is installed, as PYTHONPATH."""
    folder = tmp_path_factory.mktemp("elsewhere")
    source = shutil.copytree(EXAMPLE, folder / "source")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=source, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "installed")
    return {"PYTHONPATH": str(folder / "installed")}


def an_organisation(reference, **changes):
    texts = {"names": {"ru": f"Завод {reference}"}, "about": {"ru": "Прессы и штампы"}}
    return {"reference": reference, "region": "RU-KLU", "role": "company", **texts, **changes}


class Client:
    """Speaks with the services of an instance."""

    def __init__(self, urls):
        self.urls = urls

    def send(self, method, service, path, body=None, headers=None):
        url = f"{self.urls[service]}/{service}{path}"
        return requests.request(method, url, json=body, headers=headers, timeout=30)

    def made(self, method, service, path, body=None):
        answer = self.send(method, service, path, body)
        assert answer.ok, answer.text
        return answer.json()

    def register(self, *references):
        self.made("PUT", "registration", "/v1/regions/RU-KLU", {})
        return [
            self.made("POST", "registration", "/v1/organisations", an_organisation(reference))["id"]
            for reference in references
        ]

    def gaps(self):
        return self.made("GET", "translations", "/v1/gaps")["items"]

    def offer(self, original_id, said="Presses and dies", field="about", language="en"):
        body = {"original_id": original_id, "field": field, "language": language, "text": said}
        return self.send("POST", "translations", "/v1/translations", body)

    def told(self, service, type_):
        return self.made("GET", service, f"/v1/events?type={type_}")["events"]


def caravan(environ, *words):
    done = commanding.caravan(*words, environ=environ)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_installed_later_it_reads_history_and_takes_part_in_one_process(installed, tmp_path):
    with one_process(tmp_path, {}) as instance:
        ids = Client(instance.urls).register("one", "two")

    with one_process(tmp_path, installed) as instance:
        client = Client(instance.urls | {"translations": instance.urls["registration"]})
        wait_for(lambda: len({gap["original_id"] for gap in client.gaps()}) == 2)
        offered = client.offer(ids[0])
        wait_for(lambda: client.told("registration", OFFERED))
        left = [(gap["original_id"], gap["field"]) for gap in client.gaps()]
        changed = {"about": {"ru": "Только прессы"}}
        client.made("PATCH", "registration", f"/v1/organisations/{ids[0]}", changed)
        outdated = wait_for(lambda: client.told("matching", OUTDATED))
        page = client.send("GET", "translations", "/?lang=ru")
        front = requests.get(instance.urls["registration"] + "/", timeout=30, allow_redirects=False)
        said = caravan(os.environ | installed | {"CARAVAN_DATA": str(tmp_path / "data")}, "doctor")

    assert offered.status_code == 201
    assert (ids[0], "about") not in left
    assert (ids[0], "names") in left
    assert outdated[0]["data"] | {"text": "Presses and dies", "original_id": ids[0]} == outdated[0]["data"]
    assert "перевод устарел" in page.text
    assert "Только прессы" in page.text
    assert front.headers["Location"].endswith("/registration/")
    assert "translations" in said


def test_it_refuses_what_nobody_asked_for(installed, tmp_path):
    with one_process(tmp_path, installed) as instance:
        client = Client(instance.urls | {"translations": instance.urls["registration"]})
        (id_,) = client.register("one")
        wait_for(client.gaps)
        answers = {
            "unknown": client.offer("00000000-0000-4000-8000-000000000000"),
            "no such field": client.offer(id_, field="motto"),
            "is there": client.offer(id_, language="ru"),
            "personal": client.offer(id_, said="Write to boss@example.org"),
            "no language": client.offer(id_, language="English"),
        }
        reference = requests.get(instance.urls["registration"] + "/translations/v1/openapi.json", timeout=30).json()

    statuses = {name: answer.status_code for name, answer in answers.items()}
    assert statuses == {"unknown": 404, "no such field": 404, "is there": 409, "personal": 422, "no language": 422}
    assert {"/v1/gaps", "/v1/translations", "/v1/events"} <= set(reference["paths"])


def test_its_readme_asks_it_with_a_key_that_stands_on_no_command_line(installed, tmp_path):
    with one_process(tmp_path, installed) as instance:
        client = Client(instance.urls | {"translations": instance.urls["registration"]})
        (id_,) = client.register("one")
        environ = os.environ | installed | {"CARAVAN_DATA": str(tmp_path / "data")}
        first = bearer_of_a_key(environ, instance.urls["registration"])  # the instance's own first signature
        wait_for(lambda: client.gaps() and client.send("GET", "translations", "/v1/gaps", headers=first).ok)
        commands = told_in_readme("Then, in another shell").replace("…", id_)
        commands = commands.replace("http://127.0.0.1:8000", instance.urls["registration"])
        environ["PATH"] = f"{Path(sys.executable).parent}:{environ['PATH']}"
        del environ["CARAVAN_TOKEN"]
        run = {"cwd": tmp_path, "env": environ, "capture_output": True, "text": True, "timeout": 120}
        done = subprocess.run(["bash", "-e", "-c", commands], check=False, **run)
        secret, token = (tmp_path / name for name in ("translator.key", "token.header"))

    assert done.returncode == 0, done.stderr
    gaps, made, told = json_values(done.stdout)
    assert id_ in {gap["original_id"] for gap in gaps["items"]}
    assert (made["original_id"], made["text"]) == (id_, "Makes presses.")
    assert [event["data"]["text"] for event in told["events"]] == ["Makes presses."]
    assert {secret.stat().st_mode & 0o077, token.stat().st_mode & 0o077} == {0}


def bearer_of_a_key(environ, url):
    rights = ("--role", "admin", "--scope", "*", "--may", "platform:run")
    key = caravan(environ, "keys", "create", "first", *rights).strip()
    asked = {"headers": {"Authorization": f"Bearer {key}"}, "timeout": 30}
    made = requests.post(f"{url}/registration/v1/tokens", **asked).json()
    return {"Authorization": f"Bearer {made['access_token']}"}


def told_in_readme(after):
    """Return the indented commands that follow some words of the example's README."""
    lines = (EXAMPLE / "README.md").read_text(encoding="utf-8").partition(after)[2].splitlines()
    block = itertools.dropwhile(lambda line: not line.startswith("    "), lines)
    return "\n".join(itertools.takewhile(lambda line: line.startswith("    "), block))


def json_values(written):
    decoder, written = json.JSONDecoder(), written.strip()
    while written:
        value, end = decoder.raw_decode(written)
        yield value
        written = written[end:].strip()


@contextmanager
def processes(folder, environ, **commands):
    """Run some commands of `caravan`, each as a process; `serve` ones by their service under their address."""
    urls, started = {}, {}
    for name, words in commands.items():
        command = (*CARAVAN, *words)
        if words[0] == "serve":
            port = free_port()
            urls[words[1]] = f"http://127.0.0.1:{port}"
            command = (*command, "--port", str(port), "--workers", "1")
        started[name] = Process(name, command, environ, folder / f"{name}.log")
    with ExitStack() as stack:
        instance = Instance(folder, urls, started)
        for process in started.values():
            process.start()
            stack.callback(process.stop)
        instance.wait_until_ready()
        yield Client(urls)


def originals(url):
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT id, home, version, kind, texts FROM original ORDER BY id"))
        found = [(*row[:4], json.dumps(row[4], sort_keys=True, ensure_ascii=False)) for row in rows]
    engine.dispose()
    return found


def test_on_the_broker_a_late_one_ends_equal_to_one_that_was_there(installed, tmp_path, vhost, postgres_url):
    with ExitStack() as stack:
        databases = [stack.enter_context(Database(postgres_url)).url for _ in range(3)]
        environ = os.environ | installed | {"CARAVAN_BROKER_API_URL": vhost.api_url}
        environ["CARAVAN_BROKER_ADDRESS"] = vhost.amqp_url
        environ |= {"REGISTRATION_DATABASE_URL": databases[0], "TRANSLATIONS_DATABASE_URL": databases[1]}
        setup = caravan(environ, "broker", "setup", "--env-file", str(tmp_path / "broker.env"))
        environ |= env_files.read(tmp_path / "broker.env")
        caravan(environ, "migrate", "registration", "translations")
        both = {"web": ("serve", "registration"), "worker": ("work", "registration")}
        with processes(tmp_path, environ, **both, there=("work", "translations")) as client:
            ids = client.register(*(f"org-{number}" for number in range(30)))
            client.made("PATCH", "registration", f"/v1/organisations/{ids[0]}", {"about": {"ru": "Иное"}})
            wait_for(lambda: len(originals(databases[1])) == 30 and "Иное" in str(originals(databases[1])), 60)
        forget_queue(environ["TRANSLATIONS_BROKER_URL"])

        environ |= {"TRANSLATIONS_DATABASE_URL": databases[2]}
        caravan(environ, "migrate", "translations")
        late = {"late": ("work", "translations"), "page": ("serve", "translations")}
        with processes(tmp_path, environ, **both, **late) as client:
            wait_for(lambda: originals(databases[2]) == originals(databases[1]), 60)
            assert client.offer(ids[1]).status_code == 201
            (offered,) = wait_for(lambda: client.told("registration", OFFERED))
            republished = caravan(environ, "events", "republish", "--service", "translations")
            again = wait_for(lambda: [event for event in client.told("registration", OFFERED) if event.get("snapshot")])

    assert "translations: user" in setup
    assert offered["source"] == "/ru-klu/translations"
    assert "translations: translation 1" in republished
    assert again[0]["data"] == offered["data"]
    assert again[0]["subjectversion"] == offered["subjectversion"]


def forget_queue(url):
    link = broker.Link(url, 0)
    link.channel.queue_delete(topology.queue_of("translations"))
    link.close()
