"""The pages of registration, as a reader gets them."""

import pytest

from access.roles import Role
from builders.registration import INN, a_delegate
from signed_in import bearer


def page(desk, path, language="ru"):
    answer = desk.client.get(path, headers={"Accept": "text/html", "Accept-Language": language})
    return answer.status_code, answer.get_data(as_text=True)


@pytest.fixture
def mission(quick_desk):
    found = quick_desk.open_mission()
    quick_desk.approved(found, "klu-01")
    quick_desk.applied(found, "kya-01")
    return found


def test_list_of_missions_tells_how_many_take_part(quick_desk, mission):
    status, shown = page(quick_desk, "/")

    assert status == 200
    assert f"/missions/{mission}" in shown
    assert "завершена" in shown


def test_mission_takes_applications_until_its_first_day(quick_desk, mission):
    quick_desk.made("PUT", "/v1/clock", {"now": "2024-11-20T03:00:00+00:00"})
    _status, before = page(quick_desk, f"/missions/{mission}")
    quick_desk.made("PUT", "/v1/clock", {"now": "2024-12-11T03:00:00+00:00"})
    _status, meanwhile = page(quick_desk, f"/missions/{mission}")

    assert "идёт приём заявок" in before
    assert "идёт сейчас" in meanwhile
    assert "идёт приём заявок" not in meanwhile


def test_empty_list_says_what_to_do(quick_desk):
    assert "Миссий пока нет" in page(quick_desk, "/")[1]
    assert "There is no mission yet" in page(quick_desk, "/", "en")[1]


def test_mission_shows_its_agenda(quick_desk, mission):
    _status, shown = page(quick_desk, f"/missions/{mission}")

    assert "10:00<small>11:00</small>" in shown


def test_applications_show_sides_and_statuses(quick_desk, mission):
    _status, shown = page(quick_desk, f"/missions/{mission}/applications")

    assert "klu-01" in shown
    assert "участвует" in shown
    assert "на проверке" in shown


@pytest.mark.parametrize(
    ("query", "seen", "unseen"),
    [
        ("side=guest", "klu-01", "kya-01"),
        ("status=submitted", "kya-01", "klu-01"),
        ("words=KLU-", "klu-01", "kya-01"),
        ("side=nonsense&words=ромашка", "klu-01", ">%<"),
    ],
)
def test_applications_are_filtered(quick_desk, mission, query, seen, unseen):
    _status, shown = page(quick_desk, f"/missions/{mission}/applications?{query}")

    assert seen in shown
    assert unseen not in shown


@pytest.mark.parametrize("words", ["%25", "_", "'; DROP TABLE participant--"])
def test_25_filter_takes_its_words_literally(quick_desk, mission, words):
    _status, shown = page(quick_desk, f"/missions/{mission}/applications?words={words}")

    assert "Никого не нашлось" in shown


def test_application_shows_profile_and_people(quick_desk, mission):
    application = quick_desk.made("GET", "/v1/applications?side=guest")["items"][0]["id"]

    _status, shown = page(quick_desk, f"/missions/{mission}/applications/{application}")

    assert "Снегирин Роман" in shown
    assert "Поставки" in shown
    assert "p1@example.org" in shown


def test_application_of_another_mission_is_not_found(quick_desk, mission):
    application = quick_desk.made("GET", "/v1/applications?side=guest")["items"][0]["id"]
    other = quick_desk.open_mission(reference="other")

    status, _shown = page(quick_desk, f"/missions/{other}/applications/{application}")

    assert status == 404


def test_37_organiser_is_told_of_organisations_with_the_same_number(desk):
    mission = desk.open_mission()
    twins = {
        "klu-01": ('ООО "Ромашка"', INN),
        "klu-02": ("ООО «РОМАШКА»", INN),
        "klu-03": ("ООО «Лютик»", "7707083893"),
    }
    made = {reference: entered(desk, mission, reference, *facts) for reference, facts in twins.items()}

    shown = {
        reference: page(desk, f"/missions/{mission}/applications/{one['id']}")[1] for reference, one in made.items()
    }
    same = desk.made("GET", f"/v1/organisations/{made['klu-02']['organisation_id']}/same-number")["items"]

    assert {reference for reference, text in shown.items() if "Возможно, записана дважды" in text} == {
        "klu-01",
        "klu-02",
    }
    assert "<bdi>ООО «РОМАШКА»</bdi>" in shown["klu-01"]
    assert [one["reference"] for one in same] == ["klu-01"]
    assert (desk.count("organisation"), desk.count("application")) == (3, 3)


def test_37_delegate_is_told_of_no_other_organisation(quick_desk):
    mission = quick_desk.open_mission()
    own = entered(quick_desk, mission, "klu-01", "ООО «Ромашка»", INN)["organisation_id"]
    entered(quick_desk, mission, "klu-02", "ООО «РОМАШКА»", INN)
    delegate = bearer({Role.DELEGATE: {own}})

    same = quick_desk.send("GET", f"/v1/organisations/{own}/same-number", **delegate)

    assert (same.status_code, same.get_json()) == (200, {"items": []})


def entered(desk, mission, reference, name, inn):
    organisation = desk.organisation(reference, names={"ru": name}, inn=inn)
    body = {"mission_id": mission, "organisation_id": organisation, "side": "guest"}
    return desk.made("POST", "/v1/applications", body)


def test_46_look_alike_domain_is_shown_to_the_organiser_as_it_is_on_the_wire(desk):
    mission = desk.open_mission()
    application = desk.applied(mission, delegates=[a_delegate(email="exam@exаmple.com")])

    _status, shown = page(desk, f"/missions/{mission}/applications/{application['id']}")

    assert "exam@exаmple.com" in shown
    assert "exam@xn--exmple-4nf.com" in shown


def test_tile_names_people_in_the_order_asked(quick_desk, mission):
    first, second = (row["id"] for row in quick_desk.made("GET", "/v1/delegates")["items"])
    nobody = "01a20a5c-0000-7000-8000-000000000000"

    status, shown = page(quick_desk, f"/tiles/people?ids={second},{nobody}&ids={first}")

    assert status == 200
    assert shown.index(second) < shown.index(first)
    assert nobody not in shown
