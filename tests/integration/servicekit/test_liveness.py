"""A worker is alive as long as its loops turn, whatever it waits for; one that hangs says so."""

import threading
import time
from contextlib import contextmanager
from dataclasses import replace

import pytest

import reader
import writer
from instances import installed_apart, set_up, wait_for, working
from notes import told, unsent, write
from servers.postgres import Database
from servers.proxy import Mode
from servicekit.app import create_app
from servicekit.bus import broker
from servicekit.bus.history import install
from servicekit.operations import health
from servicekit.service import Task

PATIENCE = 2
"""How long a loop may be silent in these tests, in seconds."""


@pytest.fixture
def addresses(vhost):
    return set_up(vhost, [writer.SERVICE, reader.SERVICE])


@pytest.fixture
def installed(sqlite_runtime_of, addresses):
    """Call it with a service to get it installed, with a broker and little patience."""

    def make(service, **settings):
        given = {"broker_url": addresses[service.name], "stuck_seconds": PATIENCE, **settings}
        runtime = sqlite_runtime_of(service, **given)
        install(runtime)
        return runtime

    return make


def stays_alive(runtime, seconds=2.5 * PATIENCE):
    """Look again and again; return the first state that is not alive, or None."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        state = health.liveness(runtime)
        if state["status"] != "live":
            return state
        time.sleep(0.1)
    return None


def stuck(runtime):
    return health.liveness(runtime).get("stuck_seconds", {})


@contextmanager
def hanging(monkeypatch):
    """Let the reader's reaction hang until the end of the block."""
    let_go = threading.Event()
    monkeypatch.setattr(reader, "hang", let_go.wait, raising=False)
    try:
        yield let_go
    finally:
        let_go.set()


def hang(session, envelope, actor):
    reader.hang(30)
    reader.tell(session, envelope, actor)


HANGING = replace(reader.SERVICE, reactions={writer.NoteWritten: hang})


def test_handler_that_hangs_ends_the_life_of_its_worker(installed, monkeypatch):
    writing, reading = installed(writer.SERVICE), installed(HANGING)

    with working(writing, reading), hanging(monkeypatch) as let_go:
        assert stays_alive(reading) is None
        write(writing, "hangs")
        found = wait_for(lambda: stuck(reading))
        answer = create_app(reading).test_client().get("/health/live")
        let_go.set()
        wait_for(lambda: not stuck(reading))
        wait_for(lambda: told(reading) == ["hangs"])

    assert found["reader-consumer"] >= PATIENCE  # whoever waits for the one writer of a file may be stuck behind it
    assert answer.status_code == 503
    assert answer.json["status"] == "stuck"
    assert "reader-consumer" in answer.json["stuck_seconds"]


def forgotten(monkeypatch, times):
    """Let the broker forget that the reader subscribed, so many times, and say nothing."""
    prepare, forgot = broker.Subscriber._prepare, []

    def prepare_in_vain(self):
        if self._queue == "caravan.reader" and len(forgot) < times:
            forgot.append(self)
        else:
            prepare(self)

    monkeypatch.setattr(broker.Subscriber, "_prepare", prepare_in_vain)


def test_consumer_to_which_nothing_comes_though_events_wait_ends_the_life_of_its_worker(installed, monkeypatch):
    forgotten(monkeypatch, times=1000)
    writing, reading = installed(writer.SERVICE), installed(reader.SERVICE)

    with working(writing, reading):
        write(writing, "waits")
        found = wait_for(lambda: stuck(reading))

    assert list(found) == ["reader-consumer"]


def test_consumer_that_the_broker_forgot_subscribes_again(installed, monkeypatch):
    forgotten(monkeypatch, times=1)
    writing, reading = installed(writer.SERVICE), installed(reader.SERVICE)

    with working(writing, reading):
        write(writing, "forgotten")
        wait_for(lambda: told(reading) == ["forgotten"])


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_task_that_died_ends_the_life_of_its_worker(runtime_of):
    service = replace(writer.SERVICE, tasks=(Task(name="dying", work=die),))
    runtime = runtime_of(service, stuck_seconds=PATIENCE)

    with working(runtime):
        found = wait_for(lambda: stuck(runtime))

    assert list(found) == ["writer-dying"]


def die(runtime):
    raise KeyboardInterrupt


def test_patient_task_may_take_its_time(runtime_of):
    let_go = threading.Event()
    task = Task(name="slow", work=lambda _: not let_go.wait(3 * PATIENCE), patience_seconds=60)
    runtime = runtime_of(replace(writer.SERVICE, tasks=(task,)), stuck_seconds=PATIENCE)

    with working(runtime):
        found = stays_alive(runtime)
        let_go.set()

    assert found is None


@pytest.mark.long
def test_worker_that_waits_for_an_absent_broker_is_alive(installed, addresses, proxy):
    door = proxy(addresses["reader"])
    reading = installed(reader.SERVICE, broker_url=door.through(addresses["reader"]), stuck_seconds=7)

    with working(reading):
        door.mode = Mode.REFUSE
        found = stays_alive(reading, 14)
        ready = create_app(reading).test_client().get("/health/ready")
        door.mode = Mode.OK

    assert found is None
    assert (ready.status_code, ready.json["status"], ready.json["broker"]) == (200, "degraded", "away")


@pytest.mark.long
def test_worker_on_a_broker_that_froze_still_turns(installed, addresses, proxy, monkeypatch):
    monkeypatch.setattr(broker, "_SILENCE", {"read_timeout": 5, "write_timeout": 5})
    door = proxy(addresses["writer"])
    settings = {"broker_heartbeat_seconds": 5, "stuck_seconds": 18}
    writing = installed(writer.SERVICE, broker_url=door.through(addresses["writer"]), **settings)

    with working(writing):
        wait_for(lambda: unsent(writing) == 0)
        door.mode = Mode.BLACKHOLE
        write(writing, *(f"note {number}" for number in range(200)))
        found = stays_alive(writing, 28)
        door.mode = Mode.OK
        wait_for(lambda: unsent(writing) == 0, 60)

    assert found is None


def test_worker_that_stands_by_is_alive(installed):
    writing, reading = installed(writer.SERVICE), installed(reader.SERVICE)
    other = replace(reading, pulse=type(reading.pulse)())

    with working(writing, reading), working(other):
        found = [stays_alive(runtime) for runtime in (reading, other)]
        write(writing, "once")
        wait_for(lambda: told(reading) == ["once"])

    assert found == [None, None]


@pytest.mark.parametrize("mode", [Mode.REFUSE, pytest.param(Mode.BLACKHOLE, marks=pytest.mark.long)])
def test_worker_whose_database_is_away_is_alive_with_a_batch_in_hand(addresses, proxy, postgres_url, mode):
    with Database(postgres_url) as stays, Database(postgres_url) as goes:
        door = proxy(goes.url)
        urls = {"writer": stays.url, "reader": door.through(goes.url)}
        services = (writer.SERVICE, reader.SERVICE)
        writing, reading = installed_apart(services, addresses, urls, CARAVAN_STUCK_SECONDS=str(PATIENCE))
        with working(writing, reading):
            write(writing, "before")
            wait_for(lambda: told(reading) == ["before"])
            door.mode = mode
            write(writing, "in hand")
            found = stays_alive(reading, 10)
            ready = create_app(reading).test_client().get("/health/ready")
            door.mode = Mode.OK
            wait_for(lambda: told(reading) == ["before", "in hand"], 60)
        for runtime in (writing, reading):
            runtime.close()

    assert found is None
    assert (ready.status_code, ready.json["database"]) == (503, "away")


def test_web_process_without_loops_lives_as_long_as_it_answers(runtime_of):
    runtime = runtime_of(writer.SERVICE, stuck_seconds=1)

    answer = create_app(runtime).test_client().get("/health/live")

    assert (answer.status_code, answer.json["status"]) == (200, "live")
