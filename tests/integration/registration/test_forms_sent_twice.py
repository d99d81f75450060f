"""One form, sent twice at once as by a finger that presses twice, has one effect."""

import re
import threading
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from browsers import HTML, browser_of, letters, sign_in
from registration.identity import accounts
from servicekit.data import clock
from servicekit.data.tables import idempotency
from servicekit.web import idempotency as web_idempotency

ANNA = "anna@example.org"


@pytest.fixture
def anna(desk):
    """An account that somebody has."""
    with desk.runtime.database.write() as session:
        return accounts.open_account(session, ANNA, "ru").id


def form_of(browser, path, **fields):
    """Open a page and return what its form sends."""
    text = browser.page(path).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', text)
    return {"csrf_token": unescape(token[1]), **fields}


def sent_at_once(desk, browser, path, form, times=8):
    """Send a form from several tabs of one browser at once."""
    answers, start = [], threading.Barrier(times)

    def send():
        tab = browser_of(desk.app)
        tab._cookies = dict(browser._cookies)
        start.wait()
        answers.append(tab.post(path, data=form, headers=HTML))

    threads = [threading.Thread(target=send) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_21_form_that_asks_for_a_letter_is_sent_several_times_at_once_and_one_letter_goes(desk, anna):
    browser = browser_of(desk.app)
    form = form_of(browser, "/sign-in", email=ANNA)

    answers = sent_at_once(desk, browser, "/sign-in", form, times=3)

    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert (len(letters(desk.runtime)), desk.count("sign_in_attempt")) == (1, 1)


def test_21_letter_that_was_asked_for_twice_lets_the_browser_in(desk, anna):
    browser = browser_of(desk.app)
    form = form_of(browser, "/sign-in", email=ANNA)
    for _press in range(2):
        browser.post("/sign-in", data=form, headers=HTML)

    entered = browser.send(letters(desk.runtime)[0]["path"])

    assert (entered.status_code, entered.location) == (303, "/me")


def test_21_form_that_ends_a_session_is_sent_several_times_at_once_and_ends_it_once(desk, anna):
    browser = sign_in(desk.app, desk.runtime, ANNA)
    sign_in(desk.app, desk.runtime, ANNA)
    forms = browser.page("/me").get_data(as_text=True).split("<form")
    (other,) = (text for text in forms if "/me/sessions/" in text and "this browser" not in text)
    path = re.search(r"/me/sessions/[0-9a-f-]+/end", other)[0]
    form, before = form_of(browser, "/me"), desk.count("journal")

    answers = sent_at_once(desk, browser, path, form)

    assert {(answer.status_code, answer.location) for answer in answers} == {(303, "/me")}
    assert desk.count("journal") == before + 1


@pytest.mark.parametrize("change", [{"email": "other@example.org"}, {"email": ANNA, "next": "/me"}])
def test_form_that_says_something_else_is_another_one(desk, anna, change):
    browser = browser_of(desk.app)
    form = form_of(browser, "/sign-in", email=ANNA)

    for fields in (form, form | change):
        assert browser.post("/sign-in", data=fields, headers=HTML).status_code == 303

    assert desk.count("sign_in_attempt") == 2


def test_form_that_is_sent_again_a_while_later_is_meant(desk, anna, monkeypatch):
    browser = browser_of(desk.app)
    form = form_of(browser, "/sign-in", email=ANNA)
    browser.post("/sign-in", data=form, headers=HTML)
    later = clock.machine_now() + web_idempotency.AT_ONCE + timedelta(seconds=1)
    monkeypatch.setattr(web_idempotency, "machine_now", lambda: later)

    browser.post("/sign-in", data=form, headers=HTML)

    assert (len(letters(desk.runtime)), desk.count("sign_in_attempt")) == (2, 2)


def test_what_is_kept_of_a_form_says_nothing_of_what_was_in_it(desk, anna):
    browser = browser_of(desk.app)
    browser.send("/sign-in", email=ANNA)
    browser.send(letters(desk.runtime)[-1]["path"])

    with desk.runtime.database.read() as session:
        kept = session.execute(select(idempotency)).all()

    assert [row.status for row in kept] == [303]  # the way in hands out a session: of that nothing is kept
    assert ANNA not in repr(kept)
