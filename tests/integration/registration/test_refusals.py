"""What registration refuses: a clear problem in the reader's language, and no trace."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from builders.registration import (
    SOLE_TRADER,
    a_delegate,
    a_mission,
    a_slot,
    an_agenda_item,
    an_item,
    an_organisation,
    at,
)

NOBODY = "01a20a5c-0000-7000-8000-000000000000"


def refusal(desk, method, path, body, language):
    with desk.no_trace():
        answer = desk.send(method, path, body, **{"Accept-Language": language})
    assert answer.mimetype == "application/problem+json"
    return answer.status_code, answer.get_json()


@pytest.mark.parametrize(
    ("changes", "pointer", "ru", "en"),
    [
        ({"inn": "7707083894"}, "#/inn", "ИНН 7707083894 неверен", "The INN 7707083894 is wrong"),
        ({"inn": "0000000000"}, "#/inn", "неверен", "is wrong"),
        ({"ogrn": "1114099002116"}, "#/ogrn", "ОГРН 1114099002116 неверен", "OGRN 1114099002116 is wrong"),
        (SOLE_TRADER | {"ogrnip": "315409900035873"}, "#/ogrnip", "ОГРНИП", "OGRNIP"),
        ({"inn": "409900232940", "ogrn": "1114099002115"}, "#/inn", "10 цифр", "10 digits"),
        (SOLE_TRADER | {"inn": "4099001375"}, "#/inn", "12 цифр", "12 digits"),
        ({"region": "RU-OMS"}, "#/region", "Регион RU-OMS здесь неизвестен", "Region RU-OMS is unknown here"),
        ({"contact": {"email": "a@b..c"}}, "#/contact/email", "написать нельзя", "no e-mail address"),
        ({"contact": {"email": "user@localhost"}}, "#/contact/email", "написать нельзя", "no e-mail address"),
        ({"contact": {"email": f"{'a' * 65}@example.org"}}, "#/contact/email", "написать нельзя", "no e-mail"),
        ({"contact": {"phone": "+7 000"}}, "#/contact/phone", "Это не телефон", "no telephone number"),
        (
            {"about": {"ru": "Пишите: a@example.org"}},
            "#/about/ru",
            "Уберите адрес почты",
            "Take the e-mail address out",
        ),
        ({"names": {"ru": "Я" * 301}}, "#/names/ru", "", ""),
        ({"names": {"ru": "  "}}, "#/names/ru", "", ""),
        ({"names": {}}, "#/names", "на одном языке", "one to eight languages"),
        ({"names": {"ru": "a\u202eb"}}, "#/names/ru", "", ""),
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


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"slots": [a_slot(starts_at=at(13, 10), ends_at=at(13, 11))]}, "#/slots/0/starts_at"),
        ({"slots": [a_slot(starts_at=at(9, 23), ends_at=at(10, 1))]}, "#/slots/0/starts_at"),
        ({"slots": [a_slot(starts_at=at(10, 11), ends_at=at(10, 10))]}, "#/slots/0/ends_at"),
        ({"slots": [a_slot(starts_at=at(10, 1), ends_at=at(11, 1))]}, "#/slots/0/ends_at"),
        ({"slots": [a_slot(starts_at="0001-01-01T00:00:00+07:00")]}, "#/slots/0/starts_at"),
        ({"slots": [a_slot(starts_at="9999-12-31T23:00:00-07:00")]}, "#/slots/0/starts_at"),
        ({"slots": [a_slot(starts_at="2024-12-10T14:00:00")]}, "#/slots/0/starts_at"),
        ({"slots": [a_slot(), a_slot(starts_at=at(10, 16), ends_at=at(10, 17))]}, "#/slots/1/id"),
        ({"slots": [a_slot(tables=["T9"])]}, "#/slots/0/tables"),
        ({"slots": [a_slot(), a_slot(2, starts_at=at(10, 14, 29))]}, "#/slots/1/tables"),
        ({"agenda": [an_agenda_item(ends_at=at(13, 10))]}, "#/agenda/0/starts_at"),
        (
            {"agenda": [an_agenda_item(organisation_ids=[NOBODY])]},
            "#/agenda/0/organisation_ids",
        ),
        ({"rules": {"online_tables": ["T7"]}}, "#/rules/online_tables"),
        ({"guest_region": "RU-OMS"}, "#/guest_region"),
        ({"timezone": "MSK"}, "#/timezone"),
        ({"timezone": "Etc/GMT+3"}, "#/timezone"),
        ({"timezone": "../../etc/passwd"}, "#/timezone"),
        ({"ends_on": "2024-12-09"}, "#/ends_on"),
        ({"starts_on": "2027-02-29"}, "#/starts_on"),
    ],
)
def test_mission_is_refused_with_its_field(quick_desk, changes, pointer):
    quick_desk.regions()

    answers = [refusal(quick_desk, "POST", "/v1/missions", a_mission(**changes), language) for language in ("ru", "en")]

    assert [status for status, _problem in answers] == [422, 422]
    pointers = [[error["pointer"] for error in problem["errors"]] for _status, problem in answers]
    assert pointers == [[pointer], [pointer]]
    assert answers[0][1]["errors"] != answers[1][1]["errors"]


WINDOW = {"starts_at": at(10, 14), "ends_at": at(10, 16)}


def profiled(*texts):
    return {"profile": {"offers": [an_item(text) for text in texts], "needs": []}}


@pytest.mark.parametrize(
    ("changes", "pointer", "words"),
    [
        (profiled("Я" * 10_000), "#/profile/offers/0/texts/ru", ""),
        (profiled(*["Настилы"] * 21), "#/profile/offers", ""),
        (profiled(*["Я" * 1000] * 10), "#/profile", "не больше 8000 знаков"),
        ({"delegates": [a_delegate(), a_delegate()]}, "#/delegates/1/reference", "с этим обозначением"),
        (profiled("Пишите: ivan@example.org"), "#/profile/offers/0/texts/ru", "Уберите адрес почты"),
        (profiled("Настилы, тел. 8 (495) 123-45-67"), "#/profile/offers/0/texts/ru", "Уберите телефон"),
        (profiled("Звоните +7 000 400-00-01"), "#/profile/offers/0/texts/ru", "Уберите телефон"),
        (
            {"delegates": [a_delegate(availability=[WINDOW, WINDOW | {"starts_at": at(10, 15)}])]},
            "#/delegates/0/availability",
            "пересекаются",
        ),
        (
            {"delegates": [a_delegate(availability=[WINDOW | {"ends_at": at(13, 1)}])]},
            "#/delegates/0/availability/0/starts_at",
            "за пределами миссии",
        ),
        (
            {"delegates": [a_delegate(availability=[WINDOW | {"ends_at": at(10, 14)}])]},
            "#/delegates/0/availability/0/ends_at",
            "позже начала",
        ),
        ({"delegates": [a_delegate(email="a@[127.0.0.1]")]}, "#/delegates/0/email", "написать нельзя"),
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
