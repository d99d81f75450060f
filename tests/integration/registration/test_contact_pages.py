"""Whom to reach at the partner: shown to the two who share it, as matching has told, and to nobody else."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import update

from as_delegates import delegate_of
from builders.registration import Desk
from contracts import event as wire
from contracts import matching
from registration.models import Delegate
from registration.service import SERVICE
from servicekit import identifiers
from servicekit.bus import inbox

MEETING = identifiers.derived("a meeting")
NOON = datetime(2024, 12, 10, 12, tzinfo=UTC)
TILE = f"/tiles/contacts/{MEETING}"


@pytest.fixture
def pair(sqlite_runtime_of):
    """Registration with a guest and a host of one mission, each with a delegate."""
    desk = Desk(sqlite_runtime_of(SERVICE))
    mission = desk.open_mission()
    sides = {}
    for reference in ("klu-01", "kya-01"):
        application = desk.approved(mission, reference)
        sides[reference] = application["organisation_id"], application["delegates"][0]["id"]
    return desk, mission, sides


def hear(desk, mission, sides, event, version):
    """Let registration hear of what the two agree on."""
    told = event(
        exchange_id=identifiers.derived("an exchange"),
        meeting_id=MEETING,
        mission_id=mission,
        guest_organisation_id=sides["klu-01"][0],
        host_organisation_id=sides["kya-01"][0],
        guest_person_id=sides["klu-01"][1],
        host_person_id=sides["kya-01"][1],
        guest_agrees=event is matching.ContactsExchanged,
        host_agrees=event is not matching.ContactsWithheld,
    )
    origin = wire.Origin(
        id=identifiers.fresh(),
        source="/ru-kya/matching",
        subject=str(told.exchange_id),
        time=NOON,
        subjectversion=version,
    )
    inbox.receive(desk.runtime, [wire.to_wire(told, origin)])


def tile(desk, *organisations):
    """Read the tile as whoever speaks for some organisations."""
    return delegate_of(desk.app, *organisations).page(TILE)


def test_each_of_the_two_reads_whom_to_reach_at_the_other(pair):
    desk, mission, sides = pair
    with desk.runtime.database.write() as session:
        session.execute(update(Delegate).values(phone="+79990000000"))
        for reference, (_organisation, person) in sides.items():
            of_person = update(Delegate).where(Delegate.id == UUID(person))
            session.execute(of_person.values(email=f"{reference}@example.org", names={"ru": f"Человек {reference}"}))
    hear(desk, mission, sides, matching.ContactsExchanged, 1)

    guest, host = (tile(desk, sides[reference][0]).text for reference in ("klu-01", "kya-01"))

    assert ["kya-01@example.org" in text for text in (guest, host)] == [True, False]
    assert ["Человек klu-01" in text for text in (guest, host)] == [False, True]
    assert 'href="tel:+79990000000"' in guest


@pytest.mark.parametrize("event", [matching.ContactsOffered, matching.ContactsWithheld])
def test_nobody_reads_them_unless_both_agree_by_now(pair, event):
    desk, mission, sides = pair
    hear(desk, mission, sides, matching.ContactsExchanged, 1)
    hear(desk, mission, sides, event, 2)

    assert tile(desk, sides["klu-01"][0]).status_code == 404


def test_older_word_that_comes_late_changes_nothing(pair):
    desk, mission, sides = pair
    hear(desk, mission, sides, matching.ContactsExchanged, 2)
    hear(desk, mission, sides, matching.ContactsOffered, 1)

    assert tile(desk, sides["klu-01"][0]).status_code == 200


def test_others_are_told_nothing(pair):
    desk, mission, sides = pair
    other = desk.approved(mission, "klu-02")["organisation_id"]
    hear(desk, mission, sides, matching.ContactsExchanged, 1)

    assert tile(desk, other).status_code == 404


def test_whoever_was_forgotten_is_left_out(pair):
    desk, mission, sides = pair
    hear(desk, mission, sides, matching.ContactsExchanged, 1)

    desk.send("DELETE", f"/v1/people/{sides['kya-01'][1]}")

    answer = tile(desk, sides["klu-01"][0])
    assert answer.status_code == 200
    assert "mailto:" not in answer.text
