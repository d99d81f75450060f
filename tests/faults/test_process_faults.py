"""Web, sender, solver and schedules are killed at each step; processes share a file, letters come again."""

import sys
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import requests
from sqlalchemy import select

from builders.registration import an_organisation
from contracts.matching import FollowUpDue, MeetingRequestExpired
from deployment import Process
from faults import points
from faults.applicants import (
    ask_and_agree,
    ask_for_a_timetable,
    gather,
    open_a_mission,
    solved,
    wait_until_known,
)
from faults.asking import ask
from faults.evidence import history
from faults.invariants import check_invariants
from faults.notes_stage import up
from faults.redelivery import again
from faults.rest import come_to_rest
from instances import wait_for
from matching.models import FollowUpCheck, Meeting, MeetingRequest, TimetableVersion
from notes import told
from notifications.models import Delivery

WRITERS = 8
CHECKS = 3
"""How many checks an agreement has within a year."""
MAY_HAVE_LEFT = {
    "attempt noted and the dot not sent",
    "taken by the server and not noted",
    "outcome not committed",
}
"""Where a sender dies that alone could tell whether its letter has left."""


@pytest.mark.parametrize("point", points.WEB, ids=str)
def test_f01_web_killed(platform, point):
    platform.serve("registration")
    platform.made("registration", "PUT", "/v1/regions/RU-KLU", {})
    platform.processes["serve-registration"].stop()
    web = platform.serve("registration", point=("web", point.name))
    address = f"{platform.urls['registration']}/registration/v1/organisations"

    first, again = (ask("POST", address, an_organisation("klu-1"), key="one") for _ in range(2))

    platform.wait_for_death(web)
    assert (first, again) == (201 if point.when is points.When.ANSWERED else None, 201)
    platform.evidence.ledger.promised("registration", "organisation", reference="klu-1")
    platform.work()
    platform.settle()


@pytest.mark.parametrize("point", points.SENDER, ids=str)
def test_f04_sender_killed(platform, point):
    platform.environ = platform.environ | {"NOTIFICATIONS_SMTP_CONNECTIONS": "1"}
    platform.serve("registration")
    gather(platform, open_a_mission(platform), each=2)
    platform.start("work", "registration")

    sender = platform.start("work", "notifications", point=("sender", point.name))
    platform.wait_for_death(sender)
    platform.start("work", "notifications")
    platform.start("work", "matching")

    platform.settle()
    states = Counter(delivery.state for delivery in deliveries(platform))
    assert set(states) <= {"accepted", "unknown"}
    assert states["unknown"] == (point.name in MAY_HAVE_LEFT)


def deliveries(platform):
    return rows(platform, "notifications", Delivery)


def rows(platform, service, model):
    with platform.runtime(service).database.read() as session:
        return session.scalars(select(model)).all()


@pytest.mark.parametrize("point", points.SOLVING, ids=str)
def test_f05_solver_killed(platform, point):
    for service in ("registration", "matching"):
        platform.serve(service)
    mission = open_a_mission(platform)
    platform.start("work", "registration")
    solver = platform.start("work", "matching", point=("solving", point.name))
    run = ask_for_a_timetable(platform, mission, gather(platform, mission))

    platform.wait_for_death(solver)
    platform.start("work", "matching")
    platform.start("work", "notifications")
    wait_for(lambda: solved(platform, run), 60)
    platform.made("matching", "POST", f"/v1/timetable-runs/{run}/publication")

    platform.settle()
    assert rows(platform, "matching", Meeting)


def test_f05_published_timetable_is_shown_while_the_solver_of_the_next_one_is_dead(platform):
    for service in ("registration", "matching"):
        platform.serve(service)
    mission = open_a_mission(platform)
    platform.start("work", "registration")
    worker = platform.start("work", "matching")
    run = ask_for_a_timetable(platform, mission, gather(platform, mission))
    wait_for(lambda: solved(platform, run), 60)
    platform.made("matching", "POST", f"/v1/timetable-runs/{run}/publication")
    shown = f"/v1/missions/{mission}/meetings"
    before = platform.made("matching", "GET", shown)["items"]
    worker.kill()

    solver = platform.start("work", "matching", point=("solving", "solved and nothing kept"))
    again = platform.made("matching", "POST", f"/v1/missions/{mission}/timetable-runs", {})["id"]
    platform.wait_for_death(solver)

    assert before
    assert platform.made("matching", "GET", shown)["items"] == before
    assert requests.get(f"{platform.urls['matching']}/matching/missions/{mission}/timetable", timeout=30).ok
    platform.start("work", "matching")
    platform.start("work", "notifications")
    wait_for(lambda: solved(platform, again), 60)
    platform.settle()


@pytest.mark.parametrize("point", points.PUBLISHING, ids=str)
def test_f05_web_killed_while_it_publishes_a_timetable(platform, point):
    platform.serve("registration")
    web = platform.serve("matching", point=("publishing", point.name))
    mission = open_a_mission(platform)
    platform.work()
    run = ask_for_a_timetable(platform, mission, gather(platform, mission))
    wait_for(lambda: solved(platform, run), 60)
    path = f"{platform.urls['matching']}/matching/v1/timetable-runs/{run}/publication"

    first = ask("POST", path, None)
    platform.wait_for_death(web)
    again = ask("POST", path, None)

    assert (first, again) == (None, 200)
    platform.settle()
    assert rows(platform, "matching", Meeting)
    assert len(rows(platform, "matching", TimetableVersion)) == 1


@pytest.mark.parametrize("point", points.SCHEDULES, ids=str)
def test_f05_schedules_killed_when_a_request_and_checks_are_due(platform, point):
    for service in ("registration", "matching"):
        platform.serve(service)
    mission = open_a_mission(platform)
    platform.start("work", "registration")
    worker = platform.start("work", "matching")
    wait_until_known(platform, mission, gather(platform, mission, each=1))
    ask_and_agree(platform, mission)
    worker.stop()
    in_a_year = datetime.now(UTC) + timedelta(days=400)
    platform.made("matching", "PUT", "/v1/clock", {"now": in_a_year.isoformat()})

    ticking = platform.start("work", "matching", point=("schedules", point.name))
    platform.wait_for_death(ticking)
    platform.start("work", "matching")
    platform.start("work", "notifications")

    wait_for(lambda: all(check.announced_at for check in rows(platform, "matching", FollowUpCheck)), 60)
    platform.settle()
    told = Counter(event.type for event in history(platform.evidence))
    assert [request.status for request in rows(platform, "matching", MeetingRequest)] == ["expired"]
    assert (told[MeetingRequestExpired.type], told[FollowUpDue.type]) == (1, CHECKS)


def test_f13_every_message_is_delivered_three_times_and_every_letter_goes_once(platform):
    platform.serve("registration")
    platform.work()
    gather(platform, open_a_mission(platform), each=2)
    come_to_rest(platform.evidence, 60)
    letters = len(platform.evidence.letters())

    count = again(platform.evidence.vhost, lambda messages: [message for message in messages for _ in range(2)])

    platform.settle()
    assert count >= 20
    assert len(platform.evidence.letters()) == letters >= 8


def test_f23_eight_writers_share_a_sqlite_file_and_are_killed(embedded_stage):
    process = up(embedded_stage)
    scribes = [a_scribe(embedded_stage, number) for number in range(WRITERS)]
    for turn in (1, 2):
        wait_for(lambda turn=turn: len(told(embedded_stage.reading)) > turn * 60, 60)
        for scribe in scribes:
            scribe.kill()
        note_what_they_wrote(embedded_stage, scribes)
        if turn == 1:
            process.kill()
            process.start()
            scribes = [a_scribe(embedded_stage, number + WRITERS) for number in range(WRITERS)]

    come_to_rest(embedded_stage.evidence)
    assert process.stop() == 0
    check_invariants(embedded_stage.evidence)
    assert len(embedded_stage.evidence.ledger) >= 100


def a_scribe(stage, number):
    """Start a process that writes into the writer's file."""
    url = stage.environ["WRITER_DATABASE_URL"]
    command = (sys.executable, "-m", "faults.scribe", url, f"scribe {number}")
    scribe = Process("scribe", command, stage.environ, stage.folder / f"scribe-{number}.log")
    scribe.start()
    stage.stack.callback(scribe.stop)
    return scribe


def note_what_they_wrote(stage, scribes):
    for scribe in scribes:
        for line in scribe.log.read_text().splitlines():
            verb, _, words = line.partition(" ")
            {"asked": stage.evidence.ledger.asked, "promised": stage.evidence.ledger.promised}[verb](
                "writer", "note", words=words
            )
