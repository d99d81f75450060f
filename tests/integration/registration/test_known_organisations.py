"""Organisations of a list that are known already: made once, and matched only if an agency or staff vouch for them."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from access.roles import Role
from browsers import browser_of, letters
from builders.registration import INN, an_organisation
from lists import a_list, a_row, hand_in, nothing_but_a_note, refusal, report
from signed_in import bearer


def test_88_same_file_twice_makes_nothing_new(desk):
    mission = desk.open_mission()
    listed = a_list(a_row(1), a_row(2))
    first = report(hand_in(desk, mission, listed))

    with nothing_but_a_note(desk):
        second = report(hand_in(desk, mission, listed))

    assert (second["new"], second["known"]) == (0, 2)
    ids = [[row["application_id"] for row in told["rows"]] for told in (first, second)]
    assert ids[0] == ids[1]


def test_88_same_file_sent_twice_at_once_is_taken_once(desk):
    mission = desk.open_mission()
    listed = a_list(a_row(1), a_row(2))

    with ThreadPoolExecutor() as senders:
        told = [report(answer) for answer in senders.map(lambda _: hand_in(desk, mission, listed), range(2))]

    assert sorted((one["new"], one["known"]) for one in told) == [(0, 2), (2, 0)]
    assert desk.count("organisation") == desk.count("application") == 2


def test_88_organisation_is_known_by_its_inn_under_another_code(desk):
    mission = desk.open_mission()
    hand_in(desk, mission, a_list(a_row(1, ИНН=INN)))

    with nothing_but_a_note(desk):
        told = report(hand_in(desk, mission, a_list(a_row(2, ИНН=f" {INN} "))))

    assert told["known"] == 1


def test_88_organisation_of_another_mission_applies_without_being_made_anew(desk):
    hand_in(desk, desk.open_mission(), a_list(a_row(1)))
    other = desk.open_mission(reference="second")

    told = report(hand_in(desk, other, a_list(a_row(1))))

    assert told["new"] == 1
    assert (desk.count("organisation"), desk.count("application")) == (1, 2)


def test_88_row_that_repeats_an_earlier_one_is_refused(quick_desk):
    mission = quick_desk.open_mission()

    problem = refusal(quick_desk, mission, a_list(a_row(1, ИНН=INN), a_row(1), a_row(2, ИНН=INN)))

    assert [error["pointer"] for error in problem["errors"]] == ["#/rows/3/Код", "#/rows/4/ИНН"]
    assert "строке 2" in problem["errors"][0]["detail"]


def test_88_code_of_another_organisation_is_refused(quick_desk):
    mission = quick_desk.open_mission()
    hand_in(quick_desk, mission, a_list(a_row(1, ИНН=INN)))

    problem = refusal(quick_desk, mission, a_list(a_row(1, ИНН="7707083893")))

    assert [error["pointer"] for error in problem["errors"]] == ["#/rows/2/Код"]


def registered_by_a_stranger(desk, reference, **changes):
    """Let somebody open an account by the form and register an organisation; return its id and the browser's bearer."""
    browser = browser_of(desk.app)
    browser.send("/sign-in", email="stranger@example.org", opens_account="yes")
    browser.send(letters(desk.runtime)[-1]["path"])
    body = an_organisation(reference, **changes)
    made = browser_of(desk.app, use_cookies=False).post("/v1/organisations", json=body, headers=shown(browser))
    assert made.status_code == 201, made.text
    browser.page("/sign-in")
    return made.get_json()["id"], shown(browser)


def shown(browser):
    return {"Authorization": f"Bearer {browser.get_cookie('caravan-token').value}"}


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("by", ["code", "INN"])
def test_127_list_puts_nobody_under_an_organisation_that_a_stranger_registered_with_its_number(desk, by, language):
    mission = desk.open_mission()
    taken = ("klu-01", {}) if by == "code" else ("other", {"inn": INN})
    _, stranger = registered_by_a_stranger(desk, taken[0], **taken[1])

    said = refusal(desk, mission, a_list(a_row(ИНН=INN if by == "INN" else "")), language=language)

    read = desk.send("GET", "/v1/delegates", **stranger).get_json()["items"]
    words = {"ru": "агентство этого ещё не подтвердило", "en": "its agency has not confirmed it yet"}[language]
    assert words in said["errors"][0]["detail"]
    assert read == []


def test_list_matches_a_stranger_s_organisation_once_its_agency_has_approved_an_application(desk):
    mission = desk.open_mission()
    organisation, _ = registered_by_a_stranger(desk, "other", inn=INN)
    earlier = desk.open_mission(reference="earlier")
    body = {"mission_id": earlier, "organisation_id": organisation, "side": "guest", "submit": True}
    application = desk.made("POST", "/v1/applications", body)["id"]
    agency = bearer({Role.AGENCY: {"RU-KLU"}})
    assert desk.send("POST", f"/v1/applications/{application}/approval", {}, **agency).status_code == 200

    answer = hand_in(desk, mission, a_list(a_row(ИНН=INN)))

    assert [row["organisation_id"] for row in report(answer)["rows"]] == [organisation]


def test_127_confirmed_organisation_that_takes_another_number_by_itself_has_to_be_confirmed_again(desk):
    mission = desk.open_mission()
    organisation, stranger = registered_by_a_stranger(desk, "other")
    body = {"mission_id": desk.open_mission(reference="earlier"), "organisation_id": organisation, "side": "guest"}
    application = desk.made("POST", "/v1/applications", body | {"submit": True})["id"]
    desk.made("POST", f"/v1/applications/{application}/approval", {})
    changed = desk.send("PATCH", f"/v1/organisations/{organisation}", {"inn": INN}, **stranger)

    assert changed.status_code == 200, changed.text
    assert refusal(desk, mission, a_list(a_row(ИНН=INN)))


def test_list_matches_an_organisation_for_which_its_agency_lets_nobody_speak_any_more(desk):
    mission = desk.open_mission()
    organisation, _ = registered_by_a_stranger(desk, "klu-01")
    (member,) = desk.made("GET", f"/v1/members?scope={organisation}")["items"]
    desk.made("DELETE", f"/v1/members/{member['id']}")

    answer = hand_in(desk, mission, a_list(a_row()))

    assert [row["organisation_id"] for row in report(answer)["rows"]] == [organisation]


def test_list_rather_matches_the_organisation_that_staff_registered_with_the_same_number(desk):
    mission = desk.open_mission()
    registered_by_a_stranger(desk, "aaa", inn=INN)
    known = desk.organisation("klu-77", inn=INN)

    answer = hand_in(desk, mission, a_list(a_row(ИНН=INN)))

    assert [row["organisation_id"] for row in report(answer)["rows"]] == [known]
