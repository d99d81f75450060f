"""Nothing can be written: the database answers and takes no writes, or the log is on a full disk."""

import time
from itertools import count
from pathlib import Path

import pytest
import requests
from sqlalchemy import func, select

from builders.registration import an_organisation
from faults.invariants import check_invariants
from faults.rest import come_to_rest
from faults.test_database_faults import keep_writing
from faults.unwritable import HOW
from instances import wait_for
from notes import kept, told
from registration.models import Organisation

SECONDS = {"read-only": 30, "full": 20}
FULL_LOG = Path("/dev/full")


@pytest.mark.parametrize("how", HOW)
def test_f10_request_is_refused_whole_and_granted_by_the_same_process_when_there_is_room(platform, how):
    web = platform.serve("registration")
    platform.made("registration", "PUT", "/v1/regions/RU-KLU", {})
    registration = platform.runtime("registration")

    with HOW[how](registration):
        refused = [ask(platform, f"klu-{number}") for number in range(5)]
        kept_meanwhile = organisations(registration)
    granted = [wait_for(lambda number=number: answered(platform, f"klu-{number}")) for number in range(5)]

    assert [(answer.status_code, "Retry-After" in answer.headers) for answer in refused] == [(503, True)] * 5
    assert kept_meanwhile == 0
    assert {answer.status_code for answer in granted} == {201}
    assert web.child.poll() is None
    for number in range(5):
        platform.evidence.ledger.promised("registration", "organisation", reference=f"klu-{number}")
    platform.work()
    platform.settle()


def ask(platform, reference):
    address = f"{platform.urls['registration']}/registration/v1/organisations"
    given = {"json": an_organisation(reference), "headers": {"Idempotency-Key": reference}}
    return requests.post(address, timeout=30, **given)


def answered(platform, reference):
    answer = ask(platform, reference)
    return answer if answer.status_code != 503 else None


def organisations(registration):
    with registration.database.read() as session:
        return session.scalar(select(func.count()).select_from(Organisation))


@pytest.mark.parametrize("how", HOW)
def test_f10_database_that_takes_no_writes_makes_no_dead_letter_and_parks_nothing(stage, how):
    relay, consumer = stage.work("writer"), stage.work("reader")
    stage.write("before")
    wait_for(lambda: told(stage.reading) == ["before"])

    with HOW[how](stage.reading):
        keep_writing(stage, (f"meanwhile {number}" for number in count()), SECONDS[how])
        kept_meanwhile = len(kept(stage.reading))
    began = time.monotonic()
    wait_for(lambda: len(told(stage.reading)) == len(stage.evidence.ledger), 60)

    assert (kept_meanwhile, kept(stage.reading)) == (0, [])
    assert time.monotonic() - began < 60
    come_to_rest(stage.evidence)
    assert (relay.stop(), consumer.stop()) == (0, 0)
    check_invariants(stage.evidence)


def test_f10_log_that_cannot_be_written_stops_nothing(stage, tmp_path):
    mended = tmp_path / "mended"
    plan = {"poison": "note 7", "mended": str(mended)}
    for process in (stage.start("work", "writer", log=FULL_LOG), stage.start("work", "reader", log=FULL_LOG, **plan)):
        assert process.log == FULL_LOG
    stage.write(*(f"note {number}" for number in range(20)))
    wait_for(lambda: len(told(stage.reading)) == 19)
    mended.touch()
    wait_for(lambda: len(told(stage.reading)) == 20)

    assert [process.child.poll() for process in stage.started] == [None, None]
    stage.settle()


def test_f10_requests_are_answered_although_their_log_cannot_be_written(platform):
    platform.serve("registration", log=FULL_LOG)
    platform.made("registration", "PUT", "/v1/regions/RU-KLU", {})

    granted = [ask(platform, f"klu-{number}").status_code for number in range(5)]

    assert granted == [201] * 5
    for number in range(5):
        platform.evidence.ledger.promised("registration", "organisation", reference=f"klu-{number}")
    platform.work()
    platform.settle()
