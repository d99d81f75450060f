"""A service that is installed after a thousand events ends equal in its copies to one that was there."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from contracts import registration as told
from instances import set_up, wait_for, working
from matching.service import SERVICE as MATCHING
from registration.service import SERVICE as REGISTRATION
from servicekit import identifiers
from servicekit.bus import broker, outbox, topology
from servicekit.bus.history import install
from servicekit.bus.membership import Member
from servicekit.data import tables

ORGANISATIONS = 250
HOME = "RU-KLU"


@pytest.fixture
def make(runtime_of, vhost):
    addresses = set_up(vhost, [REGISTRATION, MATCHING])

    def installed(service):
        runtime = runtime_of(service, broker_url=addresses[service.name])
        install(runtime)
        return runtime

    return installed


def publish(runtime):
    """Let registration tell of a mission and of organisations that change their minds, a thousand events and more."""
    mission = Member(identifiers.derived("mission"), HOME, 0, "", joined=True)
    with runtime.database.write() as session:
        outbox.record(session, mission, announced(mission.id))
    for number in range(ORGANISATIONS):
        speaker = Member(identifiers.derived("organisation", number), HOME, 0, "", joined=True)
        with runtime.database.write() as session:
            for state in range(4):
                outbox.record(session, speaker, organisation(speaker.id, f"Организация {number}, {state}"))
    return 1 + 4 * ORGANISATIONS


def announced(mission_id):
    at = datetime(2024, 12, 10, 7, tzinfo=UTC)
    slot = told.MeetingSlot(id="s", session="b2b", starts_at=at, ends_at=at + timedelta(minutes=30), tables=("T1",))
    table = told.HallTable(id="T1", location="hall", seats=4, video_kit=False)
    texts = {"ru": "Миссия", "en": "Mission"}
    return told.MissionAnnounced(
        mission_id=mission_id,
        reference="m-1",
        titles=texts,
        kind="interregional",
        guest_region="RU-KLU",
        host_region="RU-KYA",
        starts_on=date(2024, 12, 10),
        ends_on=date(2024, 12, 10),
        timezone="Asia/Krasnoyarsk",
        venue=texts,
        organiser=texts,
        organiser_phone="",
        status="open",
        max_meetings_per_person_per_day=6,
        min_meetings_per_guest=0,
        online_tables=(),
        tables=(table,),
        slots=(slot,),
        agenda=(),
    )


def organisation(organisation_id, name):
    return told.OrganisationChanged(
        organisation_id=organisation_id,
        reference=str(organisation_id),
        region=HOME,
        names={"ru": name},
        role="company",
        size="small",
        is_sme=True,
        tax_id=None,
        activity_codes=("25.73",),
        city={},
        about={},
    )


def copies(runtime):
    """Every row of every table that holds a copy of another service's aggregate."""
    found = {}
    with runtime.database.read() as session:
        for table in MATCHING.metadata.sorted_tables:
            if {"id", "home", "version"} <= set(table.columns.keys()):
                found[table.name] = sorted(map(str, session.execute(select(table))))
    return found


def test_service_installed_late_ends_equal_to_one_that_was_there(make):
    writing, there = make(REGISTRATION), make(MATCHING)
    with working(writing, there):
        count = publish(writing)
        wait_for(lambda: handled(there) >= count, 90)
    expected = copies(there)
    link = broker.Link(there.settings.broker_url, 0)
    link.channel.queue_delete(topology.queue_of("matching"))
    link.close()

    late = make(MATCHING)
    with working(writing, late):
        wait_for(lambda: copies(late) == expected, 60)

    assert sum(map(len, expected.values())) >= ORGANISATIONS + 1
    assert handled(late) < 20


def handled(runtime):
    with runtime.database.read() as session:
        return session.scalar(select(func.count()).select_from(tables.inbox))
