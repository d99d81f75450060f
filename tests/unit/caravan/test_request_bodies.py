import json
from importlib.resources import files

import pytest

from caravan.client import idempotency_key
from caravan.scenario import request_bodies
from caravan.scenario.reader import Scenario

KALUGA = json.loads((files("caravan") / "scenarios" / "kaluga-krasnoyarsk.json").read_text("utf-8"))
IDS = {row["id"]: f"id-of-{row['id']}" for row in KALUGA["organisations"]}


@pytest.fixture
def scenario():
    return Scenario(KALUGA)


def test_texts_come_in_every_language_of_the_file(scenario):
    row = KALUGA["organisations"][0] | {"about_en": "Profiles"}

    body = request_bodies.organisation(scenario, row)

    assert body["about"] == {"ru": row["about_ru"], "en": "Profiles"}
    assert body["activity_codes"] == ["22.21", "22.29"]


def test_what_the_file_leaves_out_is_left_out_or_usual(scenario):
    person = {"id": "p", "full_name": "Имя", "email": "a@example.org"}
    row = {"id": "o", "side": "guest", "region": "RU-KLU", "name": "О", "staff": [person]}

    body = request_bodies.organisation(scenario, row)
    (delegate,) = request_bodies.application(scenario, row, "m", {"o": "1"})["delegates"]

    assert body["names"] == {"ru": "О"}
    assert not {"inn", "ogrn", "ogrnip"} & set(body)
    assert "availability" not in delegate
    assert (delegate["language"], delegate["attendance"], delegate["can_negotiate"]) == ("ru", "in_person", True)


def test_consent_is_recorded_as_imported(scenario):
    row = KALUGA["organisations"][0]

    body = request_bodies.organisation(scenario, row)

    assert {one["channel"] for one in body["consents"]} == {"import"}
    assert [one["purpose"] for one in body["consents"]] == ["processing", "publication"]


def test_agenda_binds_everyone_some_or_nobody(scenario):
    agenda = {row["id"]: row for row in request_bodies.programme(scenario, IDS)["agenda"]}

    assert (agenda["plenary"]["binds"], agenda["plenary"]["organisation_ids"]) == (True, None)
    assert (agenda["visit-2"]["binds"], agenda["visit-2"]["organisation_ids"]) == (True, ["id-of-klu-09"])
    assert (agenda["b2b-1"]["binds"], agenda["b2b-1"]["organisation_ids"]) == (False, None)


def test_avoided_organisations_go_by_the_ids_of_the_platform(scenario):
    row = next(row for row in KALUGA["organisations"] if row["does_not_want_to_meet"])

    assert request_bodies.application(scenario, row, "m", IDS)["avoids"] == ["id-of-klu-15"]


def test_a_row_has_the_same_key_when_it_is_loaded_again(scenario):
    row = KALUGA["organisations"][0]
    again = json.loads(json.dumps(row))

    keys = {idempotency_key("/v1/organisations", request_bodies.organisation(scenario, one)) for one in (row, again)}

    assert len(keys) == 1
    assert (
        idempotency_key("/v1/organisations", request_bodies.organisation(scenario, row | {"size": "large"})) not in keys
    )


def test_availability_is_cut_to_the_days_of_the_mission_and_may_be_empty(scenario):
    windows = [{"from": "2024-12-09T20:00:00+07:00", "to": "2024-12-10T15:00:00+07:00"}]
    people = [
        {"id": "p1", "full_name": "A", "email": "a@example.org", "availability": windows},
        {"id": "p2", "full_name": "B", "email": "b@example.org", "availability": []},
    ]
    row = {"id": "o", "side": "guest", "region": "RU-KLU", "staff": people}

    one, other = request_bodies.application(scenario, row, "m", {"o": "1"})["delegates"]

    assert one["availability"] == [{"starts_at": "2024-12-10T00:00:00+07:00", "ends_at": "2024-12-10T15:00:00+07:00"}]
    assert other["availability"] == []


def test_people_without_an_address_are_reached_through_their_organisation(scenario):
    person = {"id": "p", "full_name": "A", "language": "en-GB"}
    row = {"id": "o", "side": "guest", "region": "RU-KLU", "contact": {"email": "o@example.org"}, "staff": [person]}

    (delegate,) = request_bodies.application(scenario, row, "m", {"o": "1"})["delegates"]

    assert (delegate["email"], delegate["language"]) == ("o@example.org", "en")


def test_languages_walks_and_interpreters_of_the_file_are_handed_in():
    window = {"from": "2024-12-10T09:00:00+07:00", "to": "2024-12-10T13:00:00+07:00"}
    interpreters = [
        {"id": "I1", "languages": ["ru", "zh-Hans"], "availability": [window]},
        {"id": "I2", "languages": ["ru", "en"]},
    ]
    walks = [{"from": "meeting-hall", "to": "kya-01", "minutes": 30, "note": "by bus"}]
    scenario = Scenario(KALUGA | {"walking": walks, "interpreters": interpreters})
    person = {"id": "p", "full_name": "A", "email": "a@example.org", "languages": ["zh-Hans", "en-GB"]}

    programme = request_bodies.programme(scenario, IDS)
    row = KALUGA["organisations"][0] | {"staff": [person]}
    (delegate,) = request_bodies.application(scenario, row, "m", IDS)["delegates"]

    assert programme["walking"] == [{"from": "meeting-hall", "to": "kya-01", "minutes": 30}]
    assert [one["languages"] for one in programme["interpreters"]] == [["ru", "zh"], ["ru", "en"]]
    assert ["availability" in one for one in programme["interpreters"]] == [True, False]
    assert delegate["languages"] == ["zh", "en"]
