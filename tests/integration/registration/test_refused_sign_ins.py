"""Who tries codes, links and keys that do not hold stands in the log, without what was tried."""

import base64
import logging

import pytest

from browsers import browser_of, letters
from signed_in import bearer

EMAIL = "anna@example.org"


@pytest.fixture
def asked(quick_desk):
    """A browser that asked for a letter, where its code is typed in, and the letter."""
    quick_desk.made("POST", "/v1/members", {"email": EMAIL, "role": "reader", "scope": quick_desk.open_mission()})
    browser = browser_of(quick_desk.app)
    place = browser.send("/sign-in", email=EMAIL).location.removeprefix("/registration")
    return browser, place, letters(quick_desk.runtime)[-1]


@pytest.fixture
def refusals(caplog):
    """List what the log says of refusals: cause and ids."""
    caplog.set_level(logging.INFO)
    return lambda: [(one.cause, one.subjects) for one in caplog.records if one.message == "request refused"]


def test_code_that_is_not_right_is_logged(asked, refusals, caplog):
    browser, place, letter = asked
    wrong = "000001" if letter["code"] != "000001" else "000002"

    assert browser.send(place, code=wrong).status_code == 422
    assert refusals() == [("wrong-code", place.rpartition("/")[2])]
    assert wrong not in caplog.text


def test_link_that_is_spent_is_logged_without_its_secret(asked, refusals, caplog):
    browser, _place, letter = asked
    browser.send(letter["path"])

    assert browser_of(browser.application).page(letter["path"]).status_code == 410
    assert refusals() == [("link-spent", "")]
    assert letter["path"].rpartition("/")[2] not in caplog.text


def test_key_that_does_not_hold_is_logged_and_never_told(quick_desk, refusals, caplog):
    shown = base64.b64encode(b"key:crv_nobodys").decode()

    answers = [
        quick_desk.client.post("/v1/tokens", headers={"Authorization": f"Basic {shown}"}),
        quick_desk.client.post("/v1/tokens", headers=bearer({})),
    ]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert refusals() == [("invalid-client", "")] * 2
    assert shown not in caplog.text
