"""What registration tells: the right state, in the right order, and nothing personal in public."""

import json

from sqlalchemy import select

from builders.registration import SOLE_TRADER, a_consent, a_delegate, a_desk, an_item, an_organisation, at
from contracts import event as wire
from contracts.instance import ServiceInstalled
from servicekit import identifiers
from servicekit.bus import snapshots
from servicekit.data.clock import machine_now
from servicekit.data.tables import outbox


def test_draft_is_told_to_nobody(desk):
    application = desk.applied(desk.open_mission(), submit=False)
    before = desk.facts()

    desk.made("PUT", f"/v1/applications/{application['id']}/profile", {"offers": [an_item("Другое")]})
    desk.made("POST", f"/v1/applications/{application['id']}/delegates", a_delegate("klu-01/p2"))
    desk.made("PATCH", f"/v1/delegates/{application['delegates'][0]['id']}", {"attendance": "online"})

    assert desk.facts() == before


def test_submission_tells_profile_and_people_before_the_application(desk):
    application = desk.applied(desk.open_mission(), submit=False)

    submitted = desk.made("POST", f"/v1/applications/{application['id']}/submission")

    assert desk.facts()[-4:] == [
        "profile.published",
        "delegate.registered",
        "contact.changed",
        "application.submitted",
    ]
    assert (submitted["status"], submitted["version"]) == ("submitted", 1)
    assert desk.events("profile.published")[0].data.offers[0].texts == {"ru": "Стеклопластиковые настилы"}


def test_public_events_name_no_person(desk):
    mission = desk.open_mission()
    person = a_delegate(phone="+7 000 400-00-01", positions={"ru": "Директор Снегирин"})
    application = desk.approved(mission, delegates=[person])
    delegate = application["delegates"][0]["id"]
    absence = {"starts_at": at(10, 14), "ends_at": at(10, 14, 30), "reason": "Рейс Снегирина задержан"}

    desk.made("POST", f"/v1/delegates/{delegate}/absences", absence)
    desk.made("PATCH", f"/v1/delegates/{delegate}", {"email": "new@example.org"})
    desk.made("DELETE", f"/v1/delegates/{delegate}")

    public = desk.public_text()
    for word in ("Снегирин", "Snegirin", "example.org", "70004000001", "Рейс"):
        assert word not in public
    assert desk.facts().count("delegate.removed") == desk.facts().count("contact.removed") == 1


def test_sole_trader_is_published_by_name_only_while_there_is_consent(desk):
    desk.regions()
    names = {"names": {"ru": "ИП Аистов Глеб Романович"}}
    organisation = desk.organisation("klu-17", **SOLE_TRADER, **names)
    unnamed = desk.public_text()

    desk.made("POST", f"/v1/organisations/{organisation}/consents", {"consents": [a_consent()]})
    end = a_consent(is_withdrawal=True, text="Отзываю согласие.")
    named = desk.events("organisation")[-1].data.names
    desk.made("POST", f"/v1/organisations/{organisation}/consents", {"consents": [end]})

    assert "Аистов" not in unnamed
    assert named == names["names"]
    assert desk.events("organisation")[-1].data.names == {"ru": "klu-17"}
    for number in (SOLE_TRADER["inn"], SOLE_TRADER["ogrnip"]):
        assert number not in desk.public_text()


def test_company_is_published_with_its_number(quick_desk):
    quick_desk.regions()

    quick_desk.organisation(inn="４０９９００１３７５", ogrn="1114099 002115")

    assert quick_desk.events("organisation.registered")[0].data.tax_id == "4099001375"


def test_region_without_a_pack_takes_any_tax_number(quick_desk):
    region = {"names": {"ru": "Бавария"}, "timezone": "Europe/Berlin", "languages": ["de"]}
    quick_desk.made("PUT", "/v1/regions/DE-BY", region)

    quick_desk.organisation("de-01", region="DE-BY", tax_id="DE136695976")

    assert quick_desk.events("organisation.registered")[0].data.tax_id == "DE136695976"


def test_consents_are_kept_word_for_word_with_their_hash(quick_desk):
    mission = quick_desk.open_mission()
    person = a_delegate(consents=[a_consent(purpose="processing", given_at="2024-11-01T10:00:00+03:00")])
    application = quick_desk.applied(mission, delegates=[person])

    (kept,) = quick_desk.made("GET", f"/v1/organisations/{application['organisation_id']}/consents")["items"]

    assert (kept["subject_type"], kept["subject_id"]) == ("person", application["delegates"][0]["id"])
    assert kept["text_hash"] == "5fe8be2c07e23eec3ec559f369cc365feeee521966f891018d1ed02d91257438"
    assert kept["given_at"] == "2024-11-01T07:00:00+00:00"


def test_correction_is_told_only_where_public_facts_change(quick_desk):
    quick_desk.regions()
    organisation = quick_desk.organisation()

    quick_desk.made("PATCH", f"/v1/organisations/{organisation}", {"contact": {"phone": "8 (495) 123-45-67"}})
    before = quick_desk.facts().count("organisation.changed")
    quick_desk.made("PATCH", f"/v1/organisations/{organisation}", {"city": {"ru": "Обнинск"}})

    shown = quick_desk.made("GET", f"/v1/organisations/{organisation}")
    assert (before, quick_desk.facts().count("organisation.changed"), shown["version"]) == (0, 1, 2)
    assert shown["contact"] == {"email": "", "phone": "+74951234567"}
    assert shown["names"] == an_organisation()["names"]


def test_each_exchange_hears_only_of_its_own_facts_of_a_delegate(quick_desk):
    application = quick_desk.applied(quick_desk.open_mission())
    delegate = f"/v1/delegates/{application['delegates'][0]['id']}"
    before = len(quick_desk.facts())

    quick_desk.made("PATCH", delegate, {"language": "en"})
    quick_desk.made("PATCH", delegate, {"can_negotiate": False})
    quick_desk.made("PATCH", delegate, {"positions": {"ru": "Директор"}})

    assert quick_desk.facts()[before:] == ["contact.changed", "delegate.changed"]


def test_late_arrival_cuts_the_windows(quick_desk):
    windows = [{"starts_at": at(10, 14), "ends_at": at(10, 17, 30)}, {"starts_at": at(11, 9), "ends_at": at(11, 12)}]
    application = quick_desk.applied(quick_desk.open_mission(), delegates=[a_delegate(availability=windows)])
    path = f"/v1/delegates/{application['delegates'][0]['id']}/absences"
    absence = {"starts_at": at(10, 14), "ends_at": at(10, 16, 30), "reason": "Рейс задержан"}

    quick_desk.made("POST", path, absence)
    again = quick_desk.made("POST", path, absence)

    (told,) = quick_desk.events("delegate.changed")
    left = [(window.starts_at.isoformat(), window.ends_at.isoformat()) for window in told.data.availability]
    assert left[0] == ("2024-12-10T09:30:00+00:00", "2024-12-10T10:30:00+00:00")
    assert len(left) == len(again["availability"]) == 2


def test_people_without_hours_of_their_own_follow_the_programme(desk):
    mission = desk.open_mission()
    application = desk.applied(mission)
    programme = {
        "tables": [{"id": "T1"}],
        "slots": [{"id": "x", "starts_at": at(11, 9), "ends_at": at(11, 10), "tables": ["T1"]}],
    }

    desk.made("PUT", f"/v1/missions/{mission}/programme", programme)

    first, last = application["delegates"][0]["availability"][0], desk.events("delegate.changed")[-1].data
    assert (first["starts_at"], first["ends_at"]) == ("2024-12-10T07:00:00+00:00", "2024-12-10T08:30:00+00:00")
    assert [window.starts_at.isoformat() for window in last.availability] == ["2024-12-11T02:00:00+00:00"]
    assert "mission.changed" in desk.facts()


def test_installed_service_is_told_every_contact_as_a_snapshot(desk):
    mission = desk.open_mission()
    application = desk.applied(mission, delegates=[a_delegate("a"), a_delegate("b", email="b@example.org")])
    desk.applied(mission, "klu-02", submit=False)
    desk.made("DELETE", f"/v1/delegates/{application['delegates'][1]['id']}")
    versions = {one.data.person_id: one.subjectversion for one in desk.events("contact")}
    origin = wire.Origin(
        id=identifiers.fresh(), source="/instance/notifications", subject="x", time=machine_now(), subjectversion=1
    )

    desk.hear(wire.to_wire(ServiceInstalled(service="notifications", version="1"), origin))
    while snapshots.step(desk.runtime):
        pass

    told = [one for one in desk.events("contact") if one.snapshot]
    assert [one.type for one in told] == ["caravan.contact.changed.v1", "caravan.contact.removed.v1"]
    assert {one.data.person_id: one.subjectversion for one in told} == versions
    with desk.runtime.database.read() as session:
        exchanges = session.scalars(select(outbox.c.exchange).where(outbox.c.routing_key.contains(".contact."))).all()
    assert set(exchanges) == {"caravan.private"}


def test_region_said_again_is_told_once(quick_desk):
    first = quick_desk.made("PUT", "/v1/regions/RU-KLU", {})
    second = quick_desk.made("PUT", "/v1/regions/RU-KLU", {"timezone": "Europe/Moscow"})

    assert first == second
    assert first["names"] == {"ru": "Калужская область", "en": "Kaluga Oblast"}
    assert quick_desk.facts().count("region.registered") == 1


def test_same_key_with_the_same_body_makes_one_application(desk):
    body = desk.application(desk.open_mission())
    key = {"Idempotency-Key": "once"}

    first = desk.send("POST", "/v1/applications", body, **key)
    second = desk.send("POST", "/v1/applications", body, **key)

    assert first.status_code == second.status_code == 201
    assert json.loads(first.data) == json.loads(second.data)
    assert (desk.count("application"), desk.count("delegate"), desk.facts().count("application.submitted")) == (1, 1, 1)


def test_region_of_another_instance_is_not_written_for(sqlite_runtime_of):
    desk = a_desk(sqlite_runtime_of, homes="RU-KLU")

    with desk.no_trace():
        answer = desk.send("PUT", "/v1/regions/RU-KYA", {}, **{"Accept-Language": "ru"})

    assert (answer.status_code, answer.get_json()["detail"]) == (
        409,
        "Регион RU-KYA обслуживает другая площадка: обратитесь туда.",
    )
