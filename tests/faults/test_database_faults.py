"""The database stops, restarts, throws everybody out, is cut off, falls silent or is full: nothing half done stays."""

import sqlite3
import time
from contextlib import ExitStack
from itertools import count

import pytest
import requests

from builders.registration import an_organisation
from faults import notes_stage, platform_stage
from faults.half_deaf import HalfDeaf
from faults.intake import posting
from faults.invariants import check_invariants
from faults.rest import come_to_rest
from instances import wait_for
from notes import kept, told
from servers.proxy import Mode
from servers.vhost import Vhost

ABSENCE_SECONDS = 5 * 60
PARTITION_SECONDS = 15
WRITING_PAUSE_SECONDS = 0.1


@pytest.fixture
def cluster(postgres_cluster):
    """The module's own PostgreSQL, running before and after."""
    postgres_cluster.start()
    yield postgres_cluster
    postgres_cluster.start()


@pytest.fixture
def on_own_cluster(cluster, broker, tmp_path):
    with ExitStack() as stack:
        made = stack.enter_context(platform_stage.platform(stack.enter_context(Vhost(broker)), cluster.url, tmp_path))
        made.serve("registration")
        made.work()
        yield made


def test_f08_database_stopped_restarted_and_everybody_thrown_out_under_load(on_own_cluster, cluster):
    registration = on_own_cluster.databases["registration"]
    with posting(on_own_cluster.urls["registration"], on_own_cluster.evidence.ledger) as intake:
        intake.goes_on()
        cluster.stop_immediately()
        wait_for(lambda: intake.statuses[503] > 5)
        cluster.start()
        intake.goes_on()
        cluster.restart()
        intake.goes_on()
        for _ in range(5):
            for database in (registration, *on_own_cluster.databases.values()):
                database.disconnect_all()
            intake.goes_on()

    on_own_cluster.settle()

    assert set(intake.statuses) == {201, 503}
    assert intake.without_retry_after == 0


def test_f09_commit_whose_answer_is_lost_counts_once(vhost, postgres_url, tmp_path):
    with ExitStack() as stack:
        doors = {}

        def through(setting, url):
            doors[setting] = stack.enter_context(HalfDeaf(url))
            return doors[setting].through(url)

        platform = stack.enter_context(platform_stage.platform(vhost, postgres_url, tmp_path, through))
        platform.serve("registration")
        platform.made("registration", "PUT", "/v1/regions/RU-KLU", {})
        address = f"{platform.urls['registration']}/registration/v1/organisations"
        door = doors["REGISTRATION_DATABASE_URL"]

        answers = []
        for number in range(8):
            reference = f"klu-{number}"
            first, again = commit_without_answer(address, door, reference)
            answers += [first, again.status_code]
            platform.evidence.ledger.promised("registration", "organisation", reference=reference)
        platform.work()

        platform.settle()

    assert answers == [None, 201] * 8


def commit_without_answer(address, door, reference):
    """Let a request's COMMIT reach the database and nothing come back; then ask again with the same key."""
    given = {"json": an_organisation(reference), "headers": {"Idempotency-Key": reference}}
    door.word = b"COMMIT"
    try:
        first = requests.post(address, timeout=2, **given).status_code
    except requests.Timeout:
        first = None
    door.word = None
    door.reset_all()
    return first, wait_for(lambda: accepted(requests.post(address, timeout=10, **given)))


def accepted(answer):
    return answer if answer.ok else None


def test_f10_database_that_is_full_takes_nothing_half(embedded_stage):
    process = notes_stage.up(embedded_stage)
    embedded_stage.write("before")
    wait_for(lambda: told(embedded_stage.reading) == ["before"])

    path = embedded_stage.reading.database.engine.url.database
    with sqlite3.connect(path, timeout=30) as connection:
        held = connection.execute("PRAGMA page_count").fetchone()[0]
    process.stop()
    crowded = notes_stage.up(embedded_stage, pages={"reader": held})
    embedded_stage.write(*(f"{number} {'long ' * 100}" for number in range(400)))
    wait_for(lambda: "database or disk is full" in crowded.log.read_text(), 60)
    crowded.stop()
    assert len(told(embedded_stage.reading)) < 401

    roomy = notes_stage.up(embedded_stage)
    come_to_rest(embedded_stage.evidence)
    assert roomy.stop() == 0
    check_invariants(embedded_stage.evidence)


@pytest.mark.parametrize("how", [Mode.REFUSE, Mode.BLACKHOLE])
@pytest.mark.parametrize("service", ["writer", "reader"])
def test_f11_partition_between_a_service_and_its_database(stage_behind_doors, doors, service, how):
    stage, door = stage_behind_doors, doors[f"{service.upper()}_DATABASE_URL"]
    relay, consumer = stage.work("writer"), stage.work("reader")
    stage.write(*(f"before {number}" for number in range(100)))
    wait_for(lambda: told(stage.reading))

    door.mode = how
    keep_writing(stage, (f"meanwhile {number}" for number in count()), PARTITION_SECONDS)
    door.mode = Mode.OK

    come_to_rest(stage.evidence, 120)
    relay.stop()
    consumer.stop()
    check_invariants(stage.evidence)


def test_database_away_for_five_minutes_under_load_makes_no_dead_letter(stage_behind_doors, doors):
    stage = stage_behind_doors
    away(stage, doors["READER_DATABASE_URL"], ABSENCE_SECONDS)


def keep_writing(stage, words, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        stage.write(next(words))
        time.sleep(WRITING_PAUSE_SECONDS)


def away(stage, door, seconds):
    """Take the reader's database away, silent for one half of the time and refusing for the other, and go on."""
    relay, consumer = stage.work("writer"), stage.work("reader")
    stage.write("before")
    wait_for(lambda: told(stage.reading) == ["before"])
    words = (f"meanwhile {number}" for number in count())

    for how in (Mode.BLACKHOLE, Mode.REFUSE):
        door.mode = how
        keep_writing(stage, words, seconds / 2)
    door.mode = Mode.OK

    come_to_rest(stage.evidence, 120)
    relay.stop()
    consumer.stop()
    check_invariants(stage.evidence)
    assert kept(stage.reading) == []
    assert len(told(stage.reading)) > seconds
