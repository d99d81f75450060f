"""The same events, handled with FastStream and with Celery as their documentation shows: at least once, no more.

Each message adds one row in a transaction of its own. Neither keeps count of what it has handled before,
so a message that comes again has its effect again.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec

import psycopg
from sqlalchemy import make_url
from tally import COUNTING

from bench.bus import child, places, samples
from bench.bus.measures import Case, Figures, NotHereError, TrialError
from servicekit.bus import history

PATIENCE_SECONDS = 120
TABLE = """
CREATE TABLE effect (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id uuid NOT NULL, participant_id uuid NOT NULL, status text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
)
"""
INSERT = "INSERT INTO effect (event_id, participant_id, status) VALUES (%s, %s, %s)"


def cases(events: int) -> list[Case]:
    """List what is measured: all on PostgreSQL, all from a quorum queue."""
    return [
        Case(
            "handle",
            "faststream",
            "FastStream, one process, a pool of 10 connections",
            _trial("faststream", events, [sys.executable, "-m", "bench.bus.faststream_app"]),
            note="no such guarantee: at least once, a repeated message has its effect twice",
        ),
        Case(
            "handle",
            "celery",
            f"Celery, {os.cpu_count()} processes, acks_late",
            _trial(
                "celery",
                events,
                [sys.executable, "-m", "celery", "-A", "bench.bus.celery_app", "worker", "-l", "ERROR"],
            ),
            note="no such guarantee: at least once, a repeated message has its effect twice",
        ),
    ]


def _trial(library: str, events: int, command: list[str]) -> Callable[[], Figures]:
    def run() -> Figures:
        if find_spec(library) is None:
            raise NotHereError(f"{library} (make bench-bus installs it)")
        with ExitStack() as stack:
            broker_url = stack.enter_context(places.broker_place(history=False))
            database_url = stack.enter_context(places.database_place(places.POSTGRESQL))
            address = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
            connection = stack.enter_context(psycopg.connect(address, autocommit=True))
            connection.execute(TABLE)
            environ = child.environ() | {"BENCH_BROKER_URL": broker_url, "BENCH_DATABASE_URL": address}
            _fill(library, broker_url, events, environ)
            with _running(command, environ) as process:
                _await(connection, events, process)
            return {"events/s": _rate(connection, events)}

    return run


def _fill(library: str, broker_url: str, events: int, environ: dict[str, str]) -> None:
    if library == "faststream":
        history.declare(broker_url, COUNTING)
        places.fill(broker_url, samples.admissions(events))
        return
    sending = [sys.executable, "-m", "bench.bus.celery_app", str(events)]
    subprocess.run(sending, env=environ, check=True, timeout=PATIENCE_SECONDS)


@contextmanager
def _running(command: list[str], environ: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker, and end it with all its children."""
    with (places.scratch() / "rival.log").open("wb") as log:
        process = subprocess.Popen(command, env=environ, stdout=log, stderr=log, start_new_session=True)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _await(connection: psycopg.Connection, events: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (done := connection.execute("SELECT count(*) FROM effect").fetchone()[0]) < events:
        if process.poll() is not None or time.monotonic() > deadline:
            raise TrialError(f"{done} of {events} effects: {(places.scratch() / 'rival.log').read_text()[-2000:]}")
        time.sleep(0.25)


def _rate(connection: psycopg.Connection, events: int) -> float:
    """Return effects per second by the database's clock, from the first to the last."""
    query = "SELECT count(*), extract(epoch FROM max(at) - min(at))::float8 FROM effect"
    count, seconds = connection.execute(query).fetchone()
    if count != events:
        raise TrialError(f"{count} effects of {events} events")
    return (count - 1) / seconds


def row_of(body: str | bytes) -> tuple[str, str, str]:
    """Return what the effect of an admission says."""
    event = json.loads(body)
    return event["id"], event["data"]["participant_id"], event["data"]["status"]
