"""A coordinator decides about applications with the browser alone, one after another."""

import re

import pytest

from access.roles import Role
from browsers import browser_for


@pytest.fixture
def mission(quick_desk):
    found = quick_desk.open_mission()
    for reference in ("klu-01", "klu-02", "kya-01"):
        quick_desk.applied(found, reference)
    return found


@pytest.fixture
def browser(quick_desk):
    return browser_for(quick_desk.app)


def queue_of(browser, mission):
    page = browser.page(f"/missions/{mission}/review").text
    return re.findall(r'href="/missions/[^"]+/review\?application_id=([0-9a-f-]+)"', page)


def status_of(desk, application):
    return desk.made("GET", f"/v1/applications/{application}")["status"]


def decided(browser, mission, application, **fields):
    path = f"/missions/{mission}/review"
    page = f"{path}?application_id={application}"
    return browser.send(f"{path}/{application}", form_of=page, **fields)


@pytest.mark.parametrize(
    ("decision", "status", "said"),
    [
        ("approval", "approved", "Принята: "),
        ("changes-request", "changes_requested", "Возвращена на доработку: "),
        ("waitlisting", "waitlisted", "В листе ожидания: "),
        ("rejection", "rejected", "Отклонена: "),
    ],
)
def test_decision_is_taken_and_the_next_one_shown(quick_desk, mission, browser, decision, status, said):
    first, second, _third = queue_of(browser, mission)

    answer = decided(browser, mission, first, decision=decision, reason="Уточните объёмы")

    assert status_of(quick_desk, first) == status
    shown = browser.page(answer.headers["Location"]).text
    assert said in shown
    assert f'application_id={second}" aria-current="true"' in shown
    assert len(queue_of(browser, mission)) == 2


@pytest.mark.parametrize("decision", ["changes-request", "rejection"])
def test_decision_that_needs_a_reason_is_not_taken_without_one(quick_desk, mission, browser, decision):
    first = queue_of(browser, mission)[0]

    answer = decided(browser, mission, first, decision=decision, reason="  ")

    assert answer.status_code == 422
    assert '<p class="msg" id="reason-e">Напишите причину' in answer.text
    assert status_of(quick_desk, first) == "submitted"


def test_nothing_is_decided_without_a_choice_and_the_words_are_kept(quick_desk, mission, browser):
    first = queue_of(browser, mission)[0]

    answer = decided(browser, mission, first, decision="deletion", reason="Уточните объёмы")

    assert answer.status_code == 422
    assert "Уточните объёмы</textarea>" in answer.text
    assert status_of(quick_desk, first) == "submitted"


def test_who_comes_second_learns_that_it_is_decided(quick_desk, mission, browser):
    first = queue_of(browser, mission)[0]
    page = browser.page(f"/missions/{mission}/review?application_id={first}").text
    quick_desk.made("POST", f"/v1/applications/{first}/approval", {})

    form = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    fields = {"csrf_token": form, "decision": "rejection", "reason": "Нет"}
    answer = browser.post(f"/missions/{mission}/review/{first}", data=fields, headers={"Accept": "text/html"})

    assert "решение уже принято" in browser.page(answer.headers["Location"]).text
    assert status_of(quick_desk, first) == "approved"


@pytest.mark.parametrize(("region", "sees"), [("RU-KLU", 2), ("RU-KYA", 1), ("RU-OMS", 0)])
def test_coordinator_sees_and_decides_about_the_own_side_alone(quick_desk, mission, browser, region, sees):
    everything = queue_of(browser, mission)
    theirs = browser_for(quick_desk.app, {Role.AGENCY: [region]})

    own = queue_of(theirs, mission)
    others = [application for application in everything if application not in own]
    answers = [
        theirs.send(f"/missions/{mission}/review/{one}", form_of="/me", decision="approval").status_code
        for one in others
    ]

    assert len(own) == sees
    assert all(status in {403, 404} for status in answers)
    assert {status_of(quick_desk, one) for one in others} <= {"submitted"}


def test_empty_desk_says_so_and_speaks_english(quick_desk):
    mission = quick_desk.open_mission()

    assert (
        "Nothing waits for a decision"
        in browser_for(quick_desk.app, language="en").page(f"/missions/{mission}/review").text
    )
