"""Whoever has signed in reads what is held of the account, and takes it away, with the browser alone."""

import re

import pytest

from browsers import browser_of, sign_in

EMAIL = "anna@example.org"


@pytest.fixture
def invited(desk):
    """Anna, who reads a mission and no more."""
    return desk.made("POST", "/v1/members", {"email": EMAIL, "role": "reader", "scope": desk.open_mission()})


def link(answer, ending):
    """Return where a page leads."""
    found = re.search(rf'href="([^"]*{ending})"', answer.get_data(as_text=True))
    assert found, answer.get_data(as_text=True)
    return found[1]


def test_own_page_leads_to_what_is_held_and_that_to_the_same_as_json(desk, invited):
    browser = sign_in(desk.app, desk.runtime, EMAIL)

    page = browser.page(link(browser.page("/me"), invited["account_id"]))
    taken = browser.get(link(page, "json"))
    by_the_api = desk.made("GET", f"/v1/people/{invited['account_id']}/export")

    assert (page.status_code, taken.status_code, taken.mimetype) == (200, 200, "application/json")
    assert EMAIL in page.get_data(as_text=True)
    assert taken.json["records"]["account"] == by_the_api["records"]["account"]
    assert taken.json.keys() == by_the_api.keys()
    assert taken.headers["Content-Disposition"].startswith("attachment")
    assert taken.headers["Cache-Control"] == "no-store"


def test_json_of_a_person_is_there_for_nobody_else(desk, invited):
    place = f"/people/{invited['account_id']}/export.json"
    other = desk.made("POST", "/v1/members", {"email": "b@example.org", "role": "reader", "scope": invited["scope"]})
    browser = sign_in(desk.app, desk.runtime, "b@example.org")

    assert other["account_id"] != invited["account_id"]
    assert browser.get(place).status_code == 404
    assert "/sign-in" in browser_of(desk.app).page(place).location
