"""`caravan events dead` on the databases of the services."""

import getpass
import json
import os

import pytest
from sqlalchemy import select

import commanding
from servicekit.bus import inbox
from servicekit.bus.history import install
from servicekit.data import tables
from servicekit.service import assemble

from caravan import discovery  # isort: skip

SERVICES = ("matching", "notifications", "registration")
ID = "01a20ae9-5e1d-7154-8725-002a51e82150"
MEETING = {
    "specversion": "1.0",
    "id": ID,
    "source": "/ru-klu/registration",
    "type": "caravan.profile.published.v9",
    "subject": "7",
    "time": "2024-12-10T07:00:00Z",
    "subjectversion": 1,
    "data": {"words": "\x1b[2J\u009b31m\u202e"},
}
CONTACT = MEETING | {"type": "caravan.contact.changed.v1", "id": ID[:-1] + "1", "data": {"email": "roman@example.org"}}


@pytest.fixture
def environ(tmp_path):
    databases = {f"{name.upper()}_DATABASE_URL": f"sqlite:///{tmp_path}/{name}.db" for name in SERVICES}
    return databases | {"CARAVAN_MAILBOX_DIR": str(tmp_path / "mailbox"), "CARAVAN_DATA": str(tmp_path)}


@pytest.fixture
def runtimes(environ, prepared, tmp_path):
    made = {name: assemble(service, environ) for name, service in discovery.services().items() if name in SERVICES}
    for name, runtime in made.items():
        prepared.sqlite(runtime.service, tmp_path / f"{name}.db")
        install(runtime)
    yield made
    for runtime in made.values():
        runtime.database.close()


@pytest.fixture
def dead(environ):
    """Returns a function that runs `caravan events dead` with arguments."""

    def call(*arguments):
        clean = {name: value for name, value in os.environ.items() if not name.startswith("CARAVAN_")}
        return commanding.caravan("events", "dead", *arguments, environ=clean | environ)

    return call


@pytest.fixture
def failed(runtimes):
    """A public event failed in matching and notifications, a private one in notifications."""
    inbox.receive(runtimes["matching"], [json.dumps(MEETING)])
    inbox.receive(runtimes["notifications"], [json.dumps(MEETING), json.dumps(CONTACT)])
    return runtimes


def kept(runtime):
    with runtime.database.read() as session:
        return session.execute(select(tables.inbox).where(tables.inbox.c.body.is_not(None))).all()


def audited(runtime):
    with runtime.database.read() as session:
        return [(row.action, row.reason, row.actor) for row in session.execute(select(tables.audit))]


def test_list_tells_what_failed_by_service(dead, failed):
    told = dead("list")
    narrowed = json.loads(dead("list", "--json", "--service", "notifications", "--type", CONTACT["type"]).stdout)

    assert told.returncode == 0, told.stderr
    assert [line for line in told.stdout.splitlines() if not line.startswith(" ")] == [
        "matching: 1 dead, 0 parked",
        "notifications: 2 dead, 0 parked",
        "registration: 0 dead, 0 parked",
    ]
    assert [(row["service"], row["event_id"]) for row in narrowed] == [("notifications", CONTACT["id"])]


def test_show_tells_an_event_whole_and_moves_no_cursor(dead, failed):
    told, as_json = dead("show", ID), dead("show", ID, "--json")

    assert told.returncode == 0
    assert told.stdout.count('"specversion": "1.0"') == 2
    assert all(char.isprintable() or char == "\n" for char in told.stdout + as_json.stdout)
    assert json.loads(as_json.stdout)[0]["content"] == MEETING


def test_private_event_is_told_by_the_names_of_its_fields(dead, failed):
    everything = dead("list").stdout + dead("show", CONTACT["id"]).stdout + dead("show", CONTACT["id"], "--json").stdout

    assert "email" in everything
    assert "roman" not in everything


def test_nothing_happens_without_yes(dead, failed):
    runs = [dead("replay", ID, "--reason", "mended"), dead("discard", ID, "--reason", "nobody needs it")]
    runs.append(dead("replay", "--all", "--reason", "mended"))

    assert [run.returncode for run in runs] == [0] * 3
    assert all("nothing was done: add --yes" in run.stdout for run in runs)
    assert "would be discarded" in runs[1].stdout
    assert len(kept(failed["notifications"])) == 2
    assert audited(failed["notifications"]) == []


def test_discard_takes_the_event_from_every_service_that_failed_on_it(dead, failed):
    first = dead("discard", ID, "--reason", "nobody needs it", "--yes")
    second = dead("discard", ID, "--reason", "nobody needs it", "--yes")

    assert (first.returncode, second.returncode) == (0, 0)
    assert first.stdout.count("is discarded") == 2
    assert "discarded before" in second.stdout
    assert kept(failed["matching"]) == []
    who = f"operator:{getpass.getuser()}"
    assert audited(failed["matching"]) == [("discard", "nobody needs it", who)]
    assert "discard by" in dead("show", ID).stdout


def test_replay_of_what_was_discarded_is_refused_with_the_others_done(dead, failed):
    dead("discard", ID, "--service", "matching", "--reason", "nobody needs it", "--yes")

    looked = dead("replay", ID, "--reason", "mended")
    done = dead("replay", ID, "--reason", "mended", "--yes")

    assert (looked.returncode, done.returncode) == (1, 1)
    (line,) = done.stderr.splitlines()
    assert line.startswith("matching: ")
    assert "is tried again now" in done.stdout
    assert [bool(row.retry_at) for row in kept(failed["notifications"]) if row.event_id == ID] == [True]


def test_replay_makes_all_of_a_service_due(dead, failed):
    told = dead("replay", "--service", "notifications", "--reason", "mended", "--yes")

    assert told.returncode == 0, told.stderr
    assert "2 are tried again now" in told.stdout
    assert all(row.retry_at for row in kept(failed["notifications"]))
    assert not any(row.retry_at for row in kept(failed["matching"]))


def test_doctor_says_what_to_do(dead, failed, environ):
    doctor = commanding.caravan("doctor", environ=os.environ | environ | {"COLUMNS": "160"})

    assert doctor.returncode == 1
    assert "caravan events dead list" in doctor.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("replay", ID),
        ("replay", "--reason", "mended"),
        ("replay", ID, "--all", "--reason", "mended"),
        ("replay", ID, "--reason", "  "),
        ("replay", ID, "--reason", "x" * 501),
        ("discard", "--reason", "mended"),
        ("list", "--service", "weather"),
        ("list", "--state", "lost"),
    ],
)
def test_call_that_says_too_little_is_refused(dead, runtimes, arguments):
    refused = dead(*arguments)

    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("event", ["nothing", ID, f"{ID}.AA", "../../etc/passwd", "%00", "\x1b[2J"])
def test_unknown_event_is_told_in_one_line(dead, runtimes, event):
    refused = dead("show", event)

    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 1
    assert "\x1b" not in refused.stderr


def test_service_that_is_not_installed_is_named_and_the_others_are_told(dead, runtimes, environ, tmp_path):
    (tmp_path / "matching.db").rename(tmp_path / "gone.db")

    told = dead("list")

    assert told.returncode == 1
    assert "matching" in told.stderr
    assert "registration: 0 dead" in told.stdout
