"""What the invariants find of people where nothing of them may stand, and of acts that nobody audited."""

import json

import pytest
from sqlalchemy import select, update

import matching.models as in_matching
from builders.registration import Desk
from contracts.registration import ApplicationSubmitted
from faults.acts import Act
from faults.evidence import Evidence
from faults.examined import broken_by, change
from faults.invariants import check_invariants
from matching.service import SERVICE as MATCHING
from registration.models import Delegate
from registration.service import SERVICE as REGISTRATION
from servicekit import identifiers
from servicekit.auth.actors import OPERATOR
from servicekit.bus import topology
from servicekit.bus.dead_letters import store
from servicekit.bus.dead_letters.store import Subject
from servicekit.bus.in_process import Pump
from servicekit.data.tables import inbox, outbox

pytestmark = pytest.mark.long

ACT = Act("matching", "replay", "an event", "operator", "it is mended")
EMAIL, NAME = "p1@example.org", "Roman Snegirin"


@pytest.fixture
def instance(sqlite_runtime_of, tmp_path):
    """Registration and matching after an organisation applied with a delegate; their logs are empty."""
    runtimes = [sqlite_runtime_of(REGISTRATION), sqlite_runtime_of(MATCHING)]
    desk, pump = Desk(runtimes[0]), Pump(runtimes)
    desk.applied(desk.open_mission(), "klu-01")
    while pump.round():
        pass
    (tmp_path / "a.log").touch()
    return Evidence(runtimes, logs=lambda: tmp_path.glob("*.log"))


def test_nothing_is_wrong_with_what_went_well(instance):
    check_invariants(instance)


@pytest.mark.parametrize("canary", [EMAIL, NAME, "Снегирин Роман", "somebody-else@example.org"])
def test_person_in_a_log_is_found(instance, canary, tmp_path):
    for line in (f"told {canary}", json.dumps({"told": canary})):
        (tmp_path / "a.log").write_text(f"a line\n{line}\n")

        assert [violation.what for violation in broken_by(instance).violations if "line 2" in violation.what]


def test_person_in_a_table_of_another_service_is_found(instance):
    change(instance.runtimes[1], update(in_matching.RegionCopy).values(names={"en": NAME}))

    assert "people at home" in broken_by(instance).invariants


def test_person_in_what_another_service_keeps_of_a_failed_event_is_found(instance):
    change(instance.runtimes[1], failed(instance, body="{}", error=f"cannot write to {EMAIL}"))

    assert "people at home" in broken_by(instance).invariants


@pytest.mark.parametrize(("kind", "found"), [(ApplicationSubmitted.type, True), ("caravan.contact.changed.v1", False)])
def test_person_in_a_public_event_that_died_at_home_is_found(instance, kind, found):
    home = instance.runtimes[0]
    row = {"source": "somebody", "event_id": "one", "received_at": identifiers.made_at(identifiers.fresh())}

    change(home, inbox.insert().values(**row, body=EMAIL, error="", type=kind))

    instance.may_be_dead = 1
    assert ("people at home" in (broken_by(instance).invariants if found else ())) is found


@pytest.fixture
def forgotten(instance):
    """The same after the delegate was forgotten everywhere."""
    desk, pump = Desk(instance.runtimes[0]), Pump(instance.runtimes)
    with desk.runtime.database.read() as session:
        person = session.scalars(select(Delegate.id)).one()
    assert desk.send("DELETE", f"/v1/people/{person}").status_code == 202
    while pump.round():
        pass
    return instance


def test_person_who_was_forgotten_everywhere_breaks_nothing(forgotten):
    check_invariants(forgotten)


@pytest.mark.parametrize("said", [{"version": 1}, {"version": 0}])
def test_copy_of_the_forgotten_may_be_older_since_what_came_late_had_no_effect(forgotten, said):
    change(forgotten.runtimes[1], update(in_matching.DelegateCopy).values(**said))

    check_invariants(forgotten)


@pytest.mark.parametrize("said", [{"is_removed": False}, {"availability": [{"start": "x", "end": "y"}]}])
def test_copy_that_still_says_something_of_the_forgotten_is_found(forgotten, said):
    change(forgotten.runtimes[1], update(in_matching.DelegateCopy).values(**said))

    assert "copies equal" in broken_by(forgotten).invariants


def failed(instance, **said):
    with instance.runtimes[1].database.read() as session:
        key = session.scalar(inbox.select().with_only_columns(inbox.c.event_id))
    return update(inbox).where(inbox.c.event_id == key).values(**said)


def test_person_in_the_history_is_found(instance):
    event = {"id": str(identifiers.fresh()), "source": "/ru-klu/stranger", "type": "a.b.c.v1", "subject": "one"}
    body = json.dumps(event | {"subjectversion": 1, "data": {"words": f"ask {NAME}"}})
    row = {"event_id": identifiers.fresh(), "exchange": topology.EVENTS, "routing_key": "ru-klu.b.c.v1", "body": body}

    change(instance.runtimes[0], outbox.insert().values(**row, sent_at=identifiers.made_at(row["event_id"])))

    assert "people at home" in broken_by(instance).invariants


def test_name_of_a_sole_trader_may_stand_wherever_organisations_do(instance):
    Desk(instance.runtimes[0]).organisation("klu-02", names={"ru": "ИП Снегирин Роман", "en": NAME})
    pump = Pump(instance.runtimes)
    while pump.round():
        pass

    check_invariants(instance)


def test_act_that_is_audited_once_is_right(instance):
    instance.acts.append(ACT)
    note(instance)

    check_invariants(instance)


def test_act_that_nobody_audited_is_found(instance):
    instance.acts.append(ACT)

    assert broken_by(instance).invariants == {"acts audited"}


@pytest.mark.parametrize("times", [1, 2])
def test_audit_of_what_nobody_did_is_found(instance, times):
    instance.acts += [ACT] * (times - 1)
    for _ in range(times):
        note(instance)

    assert broken_by(instance).invariants == {"acts audited"}


def note(instance):
    subject = Subject(source="/ru-klu/registration", event_id=ACT.event_id, type=None)
    with instance.runtimes[1].database.write() as session:
        store.record(session, OPERATOR, ACT.action, ACT.reason, [(subject, "due")])
