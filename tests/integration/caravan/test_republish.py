"""`caravan events republish`."""

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from builders.registration import a_desk
from caravan import cli
from caravan.events import republish
from contracts.event import parse_envelope
from servicekit.bus import snapshots
from servicekit.data.tables import outbox


@pytest.fixture
def desk(sqlite_runtime_of):
    """Registration with a mission and two organisations; all its events were sent."""
    desk = a_desk(sqlite_runtime_of)
    mission = desk.open_mission()
    desk.applied(mission, "klu-01")
    desk.applied(mission, "klu-02")
    with desk.runtime.database.write() as session:
        session.execute(outbox.delete())
    return desk


def run(desk, *words):
    environ = {
        "REGISTRATION_DATABASE_URL": str(desk.runtime.settings.database_url),
        "CARAVAN_MOVABLE_CLOCK": "true",
    }
    return CliRunner().invoke(cli.main, ["events", "republish", *words], env=environ)


def told(desk):
    with desk.runtime.database.read() as session:
        bodies = session.scalars(select(outbox.c.body).order_by(outbox.c.seq)).all()
    return [parse_envelope(body) for body in bodies]


def test_one_aggregate_of_one_service_is_told_and_counted(desk):
    done = run(desk, "--service", "registration", "--aggregate", "organisation")

    assert (done.exit_code, done.output) == (0, "registration: organisation 2\n")
    assert [event.type for event in told(desk)] == ["caravan.organisation.registered.v1"] * 2
    assert all(event.snapshot for event in told(desk))


def test_everything_of_a_service_is_told_where_nothing_is_named(desk):
    done = run(desk, "--service", "registration")

    lines = dict(line.removeprefix("registration: ").split(" ") for line in done.output.splitlines())
    assert lines == {
        "clock": "0",
        "service": "1",
        "person": "0",
        "key": "0",
        "session": "0",
        "region": "2",
        "organisation": "2",
        "mission": "1",
        "application": "2",
        "profile": "2",
        "participant": "0",
        "delegate": "2",
        "contact": "2",
    }


def test_again_it_tells_the_same_once_more(desk):
    run(desk, "--service", "registration", "--aggregate", "mission")
    run(desk, "--service", "registration", "--aggregate", "mission")

    first, second = told(desk)
    assert (first.data, first.subjectversion) == (second.data, second.subjectversion)
    assert first.id != second.id


def test_unknown_aggregate_is_refused_with_those_that_exist(desk):
    refused = run(desk, "--service", "registration", "--aggregate", "weather")

    assert refused.exit_code == 2
    assert "no service publishes weather" in refused.output
    assert "organisation" in refused.output


def test_service_that_is_not_installed_is_named(desk, tmp_path):
    refused = CliRunner().invoke(
        cli.main,
        ["events", "republish", "--service", "matching", "--data", str(tmp_path)],
        env={"MATCHING_DATABASE_URL": f"sqlite:///{tmp_path}/none.db"},
    )

    assert refused.exit_code == 1
    assert "caravan migrate matching" in refused.output


def test_command_leaves_the_rest_to_the_worker_where_nobody_sends(desk, monkeypatch):
    monkeypatch.setattr(snapshots, "MOST_UNSENT", 1)
    monkeypatch.setattr(snapshots, "PAGE", 1)
    monkeypatch.setattr(republish, "STALL_SECONDS", 0.5)

    stalled = run(desk, "--service", "registration", "--aggregate", "delegate", "--aggregate", "contact")
    with desk.runtime.database.write() as session:
        session.execute(outbox.delete())
    monkeypatch.setattr(snapshots, "MOST_UNSENT", 1000)
    while snapshots.step(desk.runtime):
        pass

    assert stalled.exit_code == 1
    assert "caravan work registration" in stalled.output
    with desk.runtime.database.read() as session:
        assert {name: row.told for name, row in snapshots.progress(session).items() if row.finished_at} == {
            "contact": 2,
            "delegate": 2,
        }
