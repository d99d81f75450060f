"""An instance that was there before keeps what it knows."""

from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import select, text

from matching.models import DelegateCopy, Meeting
from matching.service import SERVICE
from servicekit import migrations
from servicekit.service import assemble

AT = datetime(2024, 12, 10, 7, tzinfo=UTC)
ID = {name: f"{number:032x}" for number, name in enumerate(("mission", "organisation", "run"))}


def test_itinerary_takes_number_and_cause_from_the_timetable_of_its_time(tmp_path):
    runtime = assemble(SERVICE, {"MATCHING_DATABASE_URL": f"sqlite:///{tmp_path}/matching.db"})
    with runtime.database.engine.begin() as connection:
        for package, revision in (("servicekit", "head"), ("matching", "0001")):
            command.upgrade(migrations._config(package, connection), revision)
        for number, cause in enumerate(("first", "late_arrival", "by_hand"), 1):
            connection.execute(text(TIMETABLE), timetable(number, cause))
        for number, hours in enumerate((0, 2, 9), 10):
            connection.execute(text(ITINERARY), itinerary(number, hours))

    migrations.upgrade(runtime)

    with runtime.database.read() as session:
        rows = session.execute(text("SELECT timetable_number, cause FROM itinerary ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [(0, ""), (2, "late_arrival"), (3, "by_hand")]
    assert [one[0] for one in migrations.differences(runtime) if one[0] != "remove_table"] == []
    runtime.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_copies_from_before_know_of_no_languages_walks_and_interpreters(request, tmp_path, kind):
    url = f"sqlite:///{tmp_path}/matching.db" if kind == "sqlite" else request.getfixturevalue("postgres_database")
    runtime = assemble(SERVICE, {"MATCHING_DATABASE_URL": url})
    with runtime.database.engine.begin() as connection:
        for package, revision in (("servicekit", "head"), ("matching", "0008")):
            command.upgrade(migrations._config(package, connection), revision)
        connection.execute(text(DELEGATE), ID)
        connection.execute(text(MEETING), ID | {"at": after(0)})

    migrations.upgrade(runtime)

    with runtime.database.read() as session:
        assert session.scalars(select(DelegateCopy)).one().languages == []
        assert session.scalars(select(Meeting)).one().interpreter == ""
    assert [one[0] for one in migrations.differences(runtime) if one[0] != "remove_table"] == []
    runtime.close()


DELEGATE = """
    INSERT INTO delegate (id, home, version, mission_id, organisation_id, reference, attendance, can_negotiate,
                          availability, is_removed)
    VALUES (:run, 'RU-KYA', 1, :mission, :organisation, 'p', 'in_person', true, '[]', false)
"""
MEETING = """
    INSERT INTO meeting (id, home, version, mission_id, guest_id, host_id, guest_person_id, host_person_id, slot,
                         starts_at, ends_at, "table", is_online, status, reason, is_locked, is_called_off)
    VALUES (:run, 'RU-KYA', 1, :mission, :organisation, :run, :run, :run, 's1', :at, :at, 'T1', false, 'scheduled', '',
            false, false)
"""
TIMETABLE = """
    INSERT INTO timetable (id, home, version, mission_id, number, run_id, cause, value, bound, proven, seconds,
                           published_at, meetings, unplaced, changes)
    VALUES (:id, 'RU-KYA', 1, :mission, :number, :run, :cause, 0, 0, 1, 0, :at, '[]', '[]', '{}')
"""
ITINERARY = """
    INSERT INTO itinerary (id, home, version, mission_id, organisation_id, told, issued_at)
    VALUES (:id, 'RU-KYA', 1, :mission, :organisation, '[]', :at)
"""


def timetable(number, cause):
    """A version that was published so many hours after the beginning."""
    return ID | {"id": f"{number:032x}", "number": number, "cause": cause, "at": after(number)}


def itinerary(number, hours):
    return ID | {"id": f"{number:032x}", "at": after(hours)}


def after(hours):
    return (AT + timedelta(hours=hours)).strftime("%Y-%m-%d %H:%M:%S.%f")
