"""The pages of registration, as a reader gets them."""

import pytest

from builders.registration import SOLE_TRADER, an_organisation


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


def test_mission_shows_sides_statuses_and_agenda(quick_desk, mission):
    _status, shown = page(quick_desk, f"/missions/{mission}")

    assert "klu-01" in shown
    assert "участвует" in shown
    assert "на проверке" in shown
    assert "10:00<small>11:00</small>" in shown


@pytest.mark.parametrize(
    ("query", "seen", "unseen"),
    [
        ("side=guest", "klu-01", "kya-01"),
        ("status=submitted", "kya-01", "klu-01"),
        ("words=KLU-", "klu-01", "kya-01"),
        ("side=nonsense&words=ромашка", "klu-01", ">%<"),
    ],
)
def test_mission_is_filtered(quick_desk, mission, query, seen, unseen):
    _status, shown = page(quick_desk, f"/missions/{mission}?{query}")

    assert seen in shown
    assert unseen not in shown


def test_filter_takes_its_words_literally(quick_desk, mission):
    _status, shown = page(quick_desk, f"/missions/{mission}?words=%25")

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


def test_hostile_name_is_shown_as_text(quick_desk):
    mission = quick_desk.open_mission()
    body = an_organisation("klu-66", names={"ru": "<script>alert(1)</script>{{7*7}}"}, **SOLE_TRADER)
    organisation = quick_desk.made("POST", "/v1/organisations", body)["id"]
    quick_desk.made(
        "POST", "/v1/applications", {"mission_id": mission, "organisation_id": organisation, "side": "guest"}
    )

    _status, shown = page(quick_desk, f"/missions/{mission}")

    assert "<script>alert" not in shown
    assert "{{7*7}}" in shown


def test_tile_names_people_in_the_order_asked(quick_desk, mission):
    first, second = (row["id"] for row in quick_desk.made("GET", "/v1/delegates")["items"])
    nobody = "01a20a5c-0000-7000-8000-000000000000"

    status, shown = page(quick_desk, f"/tiles/people?ids={second},{nobody}&ids={first}")

    assert status == 200
    assert shown.index(second) < shown.index(first)
    assert nobody not in shown
