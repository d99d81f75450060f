"""People who ask to be forgotten: here at once, elsewhere by event, and who is missing can be seen."""

import json
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from access.roles import Role
from builders.registration import SOLE_TRADER, a_consent, a_delegate
from contracts.instance import PersonErased
from erased import MARKS, PERSON, erase, whole_text
from registration.handlers import subscriptions
from registration.handlers.erasures import forget_old
from registration.metrics import overdue
from registration.models import Consent, Delegate, Erasure, KnownService
from servicekit import identifiers
from servicekit.auth.actors import OPERATOR
from servicekit.bus import snapshots
from servicekit.data import clock
from servicekit.data.tables import outbox
from signed_in import bearer


def test_erasure_leaves_ids_and_proofs_alone(desk, person):
    assert all(mark in whole_text(desk) for mark in MARKS)

    erase(desk, person)
    desk.carry()

    assert [mark for mark in MARKS if mark in whole_text(desk)] == []
    with desk.runtime.database.read() as session:
        (proof,) = session.scalars(select(Consent).where(Consent.subject_id == identifiers.UUID(person)))
        assert session.get_one(Delegate, identifiers.UUID(person)).is_removed
    assert (proof.purpose, proof.text, len(proof.text_hash)) == ("processing", "", 64)


def test_erasure_tells_that_the_person_does_not_come_and_asks_every_service(desk, person):
    erase(desk, person)

    assert desk.facts()[-4:] == ["delegate.removed", "contact.removed", "person.erasure_requested", "person.erased"]
    assert person in desk.public_text()


def test_erasure_is_a_subject_of_its_own_whose_states_nobody_takes_for_those_of_the_person(desk, person):
    erase(desk, person)

    with desk.runtime.database.read() as session:
        bodies = [json.loads(body) for body in session.scalars(select(outbox.c.body))]
    entities = {}
    for body in bodies:
        entities.setdefault(body["subject"], set()).add(body["type"].split(".")[1])
    assert {"delegate", "contact"} == entities[person]
    assert [found for found in entities.values() if "person" in found] == [{"person"}, {"person"}]
    states = [(body["subject"], body["subjectversion"]) for body in bodies]
    assert len(states) == len(set(states))


def test_second_request_changes_nothing(desk, person):
    first = erase(desk, person)
    desk.carry()
    told = desk.facts()

    second = erase(desk, person)

    assert second["requested_at"] == first["requested_at"]
    assert desk.facts() == told


def test_forgotten_person_can_be_neither_read_nor_changed_nor_named_again(desk, person):
    erase(desk, person)

    changed = desk.send("PATCH", f"/v1/delegates/{person}", {"email": "again@example.org"})

    assert changed.status_code == 409
    assert desk.made("GET", "/v1/delegates")["items"] == []


def test_erasure_of_nobody_is_not_found(desk):
    with desk.no_trace():
        assert desk.send("DELETE", f"/v1/people/{identifiers.fresh()}").status_code == 404


def test_company_is_no_person(desk):
    desk.regions()
    company = desk.organisation()

    with desk.no_trace():
        assert desk.send("DELETE", f"/v1/people/{company}").status_code == 404


def test_sole_trader_is_forgotten_with_all_who_speak_for_the_business(desk):
    mission = desk.open_mission()
    names = {"names": {"ru": "ИП Снегирин"}, "about": {"ru": "Снегирин чинит"}}
    contact = {"email": "snegirin@example.org", "phone": "+7 000 400-00-01"}
    trader = desk.organisation("klu-09", **SOLE_TRADER, **names, contact=contact, consents=[a_consent()])
    body = desk.application(mission, "klu-10") | {"organisation_id": trader, "delegates": [a_delegate(**PERSON)]}
    application = desk.made("POST", "/v1/applications", body)

    erase(desk, trader)
    desk.carry()

    numbers = [SOLE_TRADER["inn"], SOLE_TRADER["ogrnip"]]
    with desk.runtime.database.read() as session:
        people = set(session.scalars(select(Erasure.person_id)))
    with desk.runtime.database.write() as session:
        session.execute(outbox.delete())
    left = whole_text(desk)
    assert [mark for mark in (*MARKS, *numbers) if mark in left] == []
    assert {str(one) for one in people} == {trader, application["delegates"][0]["id"]}
    assert desk.made("GET", f"/v1/applications/{application['id']}")["status"] == "withdrawn"


def test_person_at_home_elsewhere_is_forgotten_there(desk, person):
    object.__setattr__(desk.runtime.settings, "homes", ("RU-KYA",))

    answer = desk.send("DELETE", f"/v1/people/{person}")

    assert answer.status_code == 409
    assert answer.get_json()["type"].endswith("foreign-home")


def test_answers_show_who_has_forgotten_and_who_is_missing(desk, person):
    know(desk, "registration", "matching")

    asked = erase(desk, person)
    desk.carry()
    own = desk.made("GET", f"/v1/people/{person}/erasure")
    page = desk.client.get(f"/people/{person}").get_data(as_text=True)
    hear_answer(desk, person, "matching")
    done = desk.made("GET", f"/v1/people/{person}/erasure")

    assert (asked["missing"], own["missing"], done["missing"]) == (["matching", "registration"], ["matching"], [])
    assert [answer["service"] for answer in done["answered"]] == ["matching", "registration"]
    assert 'href="/matching/people/' in page
    assert desk.made("GET", "/v1/erasures?unfinished=true")["items"] == []
    assert len(desk.made("GET", "/v1/erasures")["items"]) == 1


def test_service_that_came_after_the_request_owes_no_answer(desk, person):
    erase(desk, person)
    know(desk, "translations")

    assert "translations" not in desk.made("GET", f"/v1/people/{person}/erasure")["missing"]


def test_erasure_is_overdue_after_three_days_and_the_figure_says_so(desk, person):
    know(desk, "matching")
    erase(desk, person)
    desk.carry()
    before = figure(desk)
    early = clock.machine_now() - timedelta(hours=73)
    with desk.runtime.database.write() as session:
        session.execute(update(Erasure).values(requested_at=early))
        session.execute(update(KnownService).values(heard_at=early))

    assert (before, figure(desk)) == (0, 1)
    assert desk.made("GET", f"/v1/people/{person}/erasure")["is_overdue"] is True


def test_erasure_is_told_again_to_who_missed_it(desk, person):
    erase(desk, person)
    told = snapshots.snapshots_of(desk.runtime.service)["person"]

    with desk.runtime.database.read() as session:
        again = [told.tell(session, row) for row in told.rows(session, None, 10)]

    assert [str(event.person_id) for event in again] == [person]


def test_delegates_are_forgotten_three_years_after_their_mission(desk, person):
    ended = datetime(2024, 12, 12, 12, tzinfo=UTC)

    before = [run(desk, ended + timedelta(days=days)) for days in (0, 3 * 365)]
    known = len(desk.made("GET", "/v1/delegates")["items"])
    run(desk, ended + timedelta(days=3 * 365 + 1))

    assert (before, known) == ([False, False], 1)
    assert desk.made("GET", "/v1/delegates")["items"] == []
    assert desk.facts()[-2:] == ["person.erasure_requested", "person.erased"]


def run(desk, now):
    with desk.runtime.database.write() as session:
        return forget_old(session, now, OPERATOR)


def know(desk, *services):
    with desk.runtime.database.write() as session:
        for name in services:
            if session.get(KnownService, name) is None:
                session.add(KnownService(name=name, heard_at=clock.machine_now()))


def hear_answer(desk, person, service):
    envelope = type("Answer", (), {"data": PersonErased(person_id=identifiers.UUID(person), service=service)})
    with desk.runtime.database.write() as session:
        subscriptions.keep_answer(session, envelope, OPERATOR)


def figure(desk):
    with desk.runtime.database.read() as session:
        ((_, number),) = overdue(session)
    return number


def test_person_is_read_and_forgotten_by_those_alone_who_may(desk, person):
    delegate = desk.made("GET", f"/v1/delegates/{person}")
    own, other = bearer({Role.DELEGATE: [delegate["organisation_id"]]}), bearer({Role.DELEGATE: [identifiers.fresh()]})
    reader = bearer({Role.READER: [delegate["mission_id"]]})
    path = f"/v1/people/{person}/export"

    read = [desk.send("GET", path, **who).status_code for who in (own, other, reader)]
    erased = [desk.send("DELETE", f"/v1/people/{person}", **who).status_code for who in (other, reader, own)]
    seen = [desk.send("GET", f"/v1/people/{person}/erasure", **who).status_code for who in (own, other)]
    listed = [len(desk.send("GET", "/v1/erasures", **who).get_json()["items"]) for who in (own, other)]

    assert (read[0], set(read[1:]) <= {403, 404}) == (200, True)
    assert (erased[-1], set(erased[:-1]) <= {403, 404}) == (202, True)
    assert (seen, listed) == ([200, 404], [1, 0])
