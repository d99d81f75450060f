"""What registration refuses: a clear problem in the reader's language, and no trace."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from access.roles import Role
from builders.registration import (
    SOLE_TRADER,
    a_delegate,
    a_mission,
    an_agenda_item,
    an_item,
    an_organisation,
    refusal,
)
from signed_in import bearer

NOBODY = "01a20a5c-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    ("changes", "pointer", "ru", "en"),
    [
        ({"ogrn": "1114099002116"}, "#/ogrn", "ОГРН 1114099002116 неверен", "OGRN 1114099002116 is wrong"),
        (SOLE_TRADER | {"ogrnip": "315409900035873"}, "#/ogrnip", "ОГРНИП", "OGRNIP"),
        ({"region": "RU-OMS"}, "#/region", "Регион RU-OMS здесь неизвестен", "Region RU-OMS is unknown here"),
        (
            {"about": {"ru": "Пишите: a@example.org"}},
            "#/about/ru",
            "Уберите адрес почты",
            "Take the e-mail address out",
        ),
        ({"names": {"ru": "Я" * 301}}, "#/names/ru", "", ""),
        ({"names": {}}, "#/names", "на одном языке", "one to eight languages"),
        ({"role": "admin; --"}, "#/role", "строчные латинские", "small Latin letters"),
        ({"is_admin": True}, "#/is_admin", "", ""),
        ({"version": 9}, "#/version", "", ""),
    ],
)
def test_organisation_is_refused_with_its_field(quick_desk, changes, pointer, ru, en):
    quick_desk.regions()
    body = an_organisation(**changes)

    in_russian = refusal(quick_desk, "POST", "/v1/organisations", body, "ru")
    in_english = refusal(quick_desk, "POST", "/v1/organisations", body, "en")

    for (status, problem), words in ((in_russian, ru), (in_english, en)):
        assert status == 422
        assert [error["pointer"] for error in problem["errors"]] == [pointer]
        assert words in problem["errors"][0]["detail"]
    assert in_russian[1]["errors"][0]["detail"] != in_english[1]["errors"][0]["detail"]


def profiled(*texts):
    return {"profile": {"offers": [an_item(text) for text in texts], "needs": []}}


@pytest.mark.parametrize(
    ("changes", "pointer", "words"),
    [
        (profiled("Я" * 10_000), "#/profile/offers/0/texts/ru", ""),
        (profiled(*["Настилы"] * 21), "#/profile/offers", ""),
        (profiled(*["Я" * 1000] * 10), "#/profile", "не больше 8000 знаков"),
        (
            {"delegates": [a_delegate(), a_delegate(email="p2@example.org")]},
            "#/delegates/1/reference",
            "с этим обозначением",
        ),
        (profiled("Пишите: ivan@example.org"), "#/profile/offers/0/texts/ru", "Уберите адрес почты"),
        (profiled("Настилы, тел. 8 (495) 123-45-67"), "#/profile/offers/0/texts/ru", "Уберите телефон"),
        (profiled("Звоните +7 000 400-00-01"), "#/profile/offers/0/texts/ru", "Уберите телефон"),
        ({"avoids": [NOBODY]}, "#/avoids", "нет"),
        ({"mission_id": NOBODY}, "#/mission_id", "Миссии"),
        ({"organisation_id": NOBODY}, "#/organisation_id", "Организации"),
        ({"side": "left"}, "#/side", ""),
    ],
)
def test_application_is_refused_with_its_field(quick_desk, changes, pointer, words):
    mission = quick_desk.open_mission()
    body = quick_desk.application(mission) | changes

    status, problem = refusal(quick_desk, "POST", "/v1/applications", body, "ru")
    _status, english = refusal(quick_desk, "POST", "/v1/applications", body, "en")

    assert status == 422
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert words in problem["errors"][0]["detail"]
    assert problem["errors"] != english["errors"]


@pytest.mark.parametrize(
    "path",
    [
        "applications/{id}/rejection",
        "applications/{id}/changes-request",
        "applications/{id}/waitlisting",
        "applications/{id}/withdrawal",
        "participants/{id}/withdrawal",
    ],
)
def test_reason_that_everybody_may_read_names_no_way_to_reach_people(quick_desk, path):
    application = quick_desk.applied(quick_desk.open_mission())["id"]
    body = {"reason": "Пишите Петрову: ivan.petrov@example.org, +7 913 555-12-34"}

    status, problem = refusal(quick_desk, "POST", "/v1/" + path.format(id=application), body, "ru")

    assert status == 422
    assert [(error["pointer"], error["detail"].split(":")[0]) for error in problem["errors"]] == [
        ("#/reason", "Уберите адрес почты"),
        ("#/reason", "Уберите телефон"),
    ]


def test_application_to_a_closed_mission_leaves_no_trace(desk):
    mission = desk.open_mission()
    body = desk.application(mission)
    desk.made("POST", f"/v1/missions/{mission}/closing")

    status, problem = refusal(desk, "POST", "/v1/applications", body, "ru")
    _status, english = refusal(desk, "POST", "/v1/applications", body, "en")

    assert (status, problem["type"]) == (409, "urn:caravan:problem:mission-not-open")
    assert "Приём заявок на миссию klu-kya закрыт" in problem["detail"]
    assert "is closed" in english["detail"]


def test_application_to_a_mission_that_was_not_opened_leaves_no_trace(quick_desk):
    quick_desk.regions()
    mission = quick_desk.made("POST", "/v1/missions", a_mission())["id"]
    body = quick_desk.application(mission)

    status, problem = refusal(quick_desk, "POST", "/v1/applications", body, "ru")

    assert (status, problem["title"]) == (409, "Миссия не принимает заявки")


@pytest.mark.parametrize("raw", [b"{", b"\xff\xfe", b'{"a": 1, "a": 2}', b'{"seats": NaN}', b"[" * 100_000])
def test_body_that_is_no_json_leaves_no_trace(quick_desk, raw):
    with quick_desk.no_trace():
        answer = quick_desk.client.post("/v1/applications", data=raw, content_type="application/json")

    assert answer.status_code == 400
    assert answer.get_json()["type"] == "urn:caravan:problem:malformed-body"


def test_second_thing_of_the_same_natural_key_is_refused_and_names_the_first(desk):
    mission = desk.open_mission()
    application = desk.applied(mission)
    again = {"mission_id": mission, "organisation_id": application["organisation_id"], "side": "guest"}
    known = [
        ("/v1/missions", a_mission(), mission),
        ("/v1/organisations", an_organisation(), application["organisation_id"]),
        ("/v1/applications", again, application["id"]),
        (f"/v1/applications/{application['id']}/delegates", a_delegate(), application["delegates"][0]["id"]),
    ]

    answers = [(refusal(desk, "POST", path, body, "ru"), first) for path, body, first in known]

    for (status, problem), first in answers:
        assert (status, problem["type"]) == (409, "urn:caravan:problem:taken")
        assert first in problem["detail"]


def test_unknown_things_are_not_found(quick_desk):
    paths = [
        f"/v1/{things}/{NOBODY}"
        for things in ("missions", "organisations", "applications", "delegates", "participants")
    ]

    answers = [refusal(quick_desk, "GET", path, None, "ru") for path in (*paths, "/v1/regions/RU-OMS")]

    assert [status for status, _problem in answers] == [404] * 6
    assert all(" нет." in problem["detail"] for _status, problem in answers)


def test_decision_that_the_status_forbids_is_refused_in_the_readers_words(quick_desk):
    application = quick_desk.approved(quick_desk.open_mission())
    path = f"/v1/applications/{application['id']}/rejection"

    status, problem = refusal(quick_desk, "POST", path, {"reason": "Поздно"}, "ru")
    _status, english = refusal(quick_desk, "POST", path, {"reason": "Late"}, "en")

    assert status == 409
    assert "принята. Перевести её в состояние «отклонена» нельзя" in problem["detail"]
    assert "is approved and cannot become rejected" in english["detail"]


def test_of_many_applications_at_once_one_is_taken(desk):
    body = desk.application(desk.open_mission())
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: desk.send("POST", "/v1/applications", body), range(6)))

    statuses = sorted(answer.status_code for answer in answers)

    assert statuses == [201, 409, 409, 409, 409, 409]
    assert (desk.count("application"), desk.count("delegate"), desk.facts().count("application.submitted")) == (1, 1, 1)


def test_draft_that_no_event_could_tell_is_refused_when_it_is_saved(quick_desk):
    quick_desk.regions()
    mission = quick_desk.made("POST", "/v1/missions", a_mission())["id"]
    long = {"ru": "Я" * 199, "en": "a" * 200, "de": "ä" * 200, "fr": "é" * 200}
    agenda = [an_agenda_item(id=f"item-{number}", titles=long) for number in range(300)]
    programme = {"tables": [], "slots": [], "agenda": agenda}

    planned = refusal(quick_desk, "POST", "/v1/missions", a_mission(reference="long", agenda=agenda), "ru")
    replaced = refusal(quick_desk, "PUT", f"/v1/missions/{mission}/programme", programme, "ru")

    assert [status for status, _problem in (planned, replaced)] == [422, 422]
    assert "слишком" in planned[1]["detail"]


def test_127_reference_of_what_somebody_may_not_see_is_taken_and_its_id_is_not_told(quick_desk):
    mission = quick_desk.open_mission()
    organisation = quick_desk.organisation("klu-01")
    stranger, own = bearer({Role.AGENCY: ["RU-SVE"]}), bearer({Role.AGENCY: ["RU-KLU"]})
    quick_desk.made("PUT", "/v1/regions/RU-SVE", {"names": {"en": "Sverdlovsk"}, "timezone": "Asia/Yekaterinburg"})
    body = an_organisation("klu-01")
    elsewhere = a_mission(guest_region="RU-SVE")

    told = [
        quick_desk.client.post("/v1/organisations", json=body, headers=headers).get_json()["detail"]
        for headers in (stranger, own)
    ]
    of_mission = quick_desk.client.post("/v1/missions", json=elsewhere, headers=stranger)

    assert [organisation in text for text in told] == [False, True]
    assert of_mission.status_code == 409
    assert mission not in of_mission.text
