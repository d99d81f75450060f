import json
from importlib.resources import files

import pytest

from caravan.client import key_of
from caravan.scenario import bodies
from caravan.scenario.reading import Scenario

KALUGA = json.loads((files("caravan") / "scenarios" / "kaluga-krasnoyarsk.json").read_text("utf-8"))
IDS = {row["id"]: f"id-of-{row['id']}" for row in KALUGA["organisations"]}


@pytest.fixture
def scenario():
    return Scenario(KALUGA)


def test_texts_come_in_every_language_of_the_file(scenario):
    row = KALUGA["organisations"][0] | {"about_en": "Profiles"}

    body = bodies.organisation(scenario, row)

    assert body["about"] == {"ru": row["about_ru"], "en": "Profiles"}
    assert body["activity_codes"] == ["22.21", "22.29"]


def test_what_the_file_leaves_out_is_left_out_or_usual(scenario):
    person = {"id": "p", "full_name": "Имя", "email": "a@example.org"}
    row = {"id": "o", "side": "guest", "region": "RU-KLU", "name": "О", "staff": [person]}

    body = bodies.organisation(scenario, row)
    (delegate,) = bodies.application(scenario, row, "m", {"o": "1"})["delegates"]

    assert body["names"] == {"ru": "О"}
    assert not {"inn", "ogrn", "ogrnip"} & set(body)
    assert "availability" not in delegate
    assert (delegate["language"], delegate["attendance"], delegate["can_negotiate"]) == ("ru", "in_person", True)


def test_consent_is_recorded_as_imported(scenario):
    row = KALUGA["organisations"][0]

    body = bodies.organisation(scenario, row)

    assert {one["channel"] for one in body["consents"]} == {"import"}
    assert [one["purpose"] for one in body["consents"]] == ["processing", "publication"]


def test_agenda_binds_everyone_some_or_nobody(scenario):
    agenda = {row["id"]: row for row in bodies.programme(scenario, IDS)["agenda"]}

    assert (agenda["plenary"]["binds"], agenda["plenary"]["organisation_ids"]) == (True, None)
    assert (agenda["visit-2"]["binds"], agenda["visit-2"]["organisation_ids"]) == (True, ["id-of-klu-09"])
    assert (agenda["b2b-1"]["binds"], agenda["b2b-1"]["organisation_ids"]) == (False, None)


def test_avoided_organisations_go_by_the_ids_of_the_platform(scenario):
    row = next(row for row in KALUGA["organisations"] if row["does_not_want_to_meet"])

    assert bodies.application(scenario, row, "m", IDS)["avoids"] == ["id-of-klu-15"]


def test_a_row_has_the_same_key_when_it_is_loaded_again(scenario):
    row = KALUGA["organisations"][0]
    again = json.loads(json.dumps(row))

    keys = {key_of("/v1/organisations", bodies.organisation(scenario, one)) for one in (row, again)}

    assert len(keys) == 1
    assert key_of("/v1/organisations", bodies.organisation(scenario, row | {"size": "large"})) not in keys
