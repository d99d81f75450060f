"""A company applies with the browser alone: from the mission's public page to the sent application."""

import re

import pytest

from access.roles import Role
from browsers import HTML, browser_of, sign_in
from builders.registration import INN, a_consent, a_delegate, an_item, at
from signed_in import bearer
from unconfirmed import another_mission

BOSS = "boss@example.org"
COMPANY = {"region": "RU-KLU", "names": "ООО «Гвоздика»", "legal_form": "ООО", "inn": INN, "city": "Калуга"}
PERSON = {"names": "Гвоздева Анна", "email": BOSS, "attendance": "in_person", "languages": ["ru", "en"]}
AGREED = {"consents": ["processing"], "version/processing": "2026-11"}


def newcomer(desk, email=BOSS):
    """Sign in by an address that nobody knows yet."""
    browser = browser_of(desk.app)
    browser.send("/sign-in", email=email, opens_account="yes")
    found = sign_in(desk.app, desk.runtime, email)
    found.set_cookie("caravan-language", "ru")
    return found


def text(answer):
    return answer.get_data(as_text=True)


def followed(browser, answer):
    """Go where an answer leads, as a browser does, and return where it ends."""
    while answer.status_code == 303:
        place = answer.headers["Location"]
        answer = browser.page(place)
    return place, answer


def begun(desk, mission, browser=None):
    """Begin an application of a new company; return the browser, and the path of the application's steps."""
    browser = browser or newcomer(desk)
    place, _page = followed(browser, browser.send(f"/missions/{mission}/application", **COMPANY))
    return browser, place.rpartition("/")[0]


def test_newcomer_registers_a_company_and_sends_the_application(desk):
    mission = desk.open_mission()
    browser, steps = begun(desk, mission)

    company = browser.send(f"{steps}/company", **COMPANY, size="small", about="Гвозди и скобы", activity_codes="25.93")
    profile = browser.send(
        f"{steps}/profile", **{"offers/0/text": "Гвозди строительные", "offers/0/type": "supplier_agreement"}
    )
    person = browser.send(f"{steps}/people/new", **PERSON, **AGREED)
    sent = browser.send(f"{steps}/check")
    _place, status = followed(browser, sent)

    assert [answer.status_code for answer in (company, profile, person, sent)] == [303, 303, 303, 303]
    assert "на проверке" in text(status)
    application = desk.made("GET", "/v1/applications")["items"][0]
    assert (application["status"], application["side"]) == ("submitted", "guest")
    whole = desk.made("GET", f"/v1/applications/{application['id']}")
    assert whole["profile"]["offers"][0]["texts"] == {"ru": "Гвозди строительные"}
    assert whole["delegates"][0]["languages"] == ["ru", "en"]
    assert whole["delegates"][0]["speaks_since"]
    organisation = desk.made("GET", f"/v1/organisations/{application['organisation_id']}")
    assert (organisation["is_sme"], organisation["activity_codes"]) == (True, ["25.93"])
