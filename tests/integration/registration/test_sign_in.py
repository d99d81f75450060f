"""Sign in by a link and a code: numbers are those of the list of hostile inputs in docs/security.md."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from access.roles import Role
from browsers import HTML, browser_of, letters, sign_in
from builders.registration import an_organisation
from registration.identity import accounts, roles, sessions
from registration.identity.pages import sign_in as sign_in_pages
from registration.models import Account, SignInAttempt
from servicekit.auth import encryption
from signed_in import bearer

ANNA = "anna@example.org"


@pytest.fixture
def anna(desk):
    """An account that somebody has."""
    return opened(desk, ANNA)


def opened(desk, email):
    with desk.runtime.database.write() as session:
        return accounts.open_account(session, email, "ru").id


def asked(desk, email=ANNA, **fields):
    """Ask for a letter with a new browser; return the browser and the letter, if one was written."""
    browser = browser_of(desk.app)
    answer = browser.send("/sign-in", email=email, **fields)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    written = letters(desk.runtime)
    return browser, written[-1] if written else None


def test_link_signs_in_and_leads_to_the_page_that_was_asked_for(desk, anna):
    browser = browser_of(desk.app)

    refused = browser.page("/me")
    browser.send("/sign-in", form_of="/sign-in?next=/me", email=ANNA, next="/me")
    entered = browser.send(letters(desk.runtime)[-1]["path"])

    assert (refused.status_code, refused.location) == (303, "/registration/sign-in?next=%2Fme")
    assert (entered.status_code, entered.location) == (303, "/me")
    assert ANNA in browser.page("/me").get_data(as_text=True)


def test_code_signs_in_the_browser_that_asked(desk, anna):
    browser = browser_of(desk.app)
    place = browser.send("/sign-in", email=ANNA).location

    code = letters(desk.runtime)[-1]["code"]
    entered = browser.send(place, code=f"{code[:3]} {code[3:]}")

    assert entered.status_code == 303
    assert browser.page("/me").status_code == 200


def test_118_link_holds_for_ten_minutes(desk, anna):
    browser, letter = asked(desk)

    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=10, seconds=1)):
        late = browser.page(letter["path"])

    assert late.status_code == 410
    assert desk.count("session") == 0


def test_118_link_is_good_once(desk, anna):
    browser, letter = asked(desk)
    browser.send(letter["path"])

    again = browser.page(letter["path"])

    assert again.status_code == 410
    assert desk.count("session") == 1


def test_118_what_only_opens_the_link_does_not_use_it_up(desk, anna):
    browser, letter = asked(desk)
    scanner = browser_of(desk.app)

    looks = [scanner.page(letter["path"]).status_code, scanner.head(letter["path"]).status_code]

    assert looks == [200, 200]
    assert browser.send(letter["path"]).status_code == 303


def test_118_another_browser_has_to_show_the_code_too(desk, anna):
    _browser, letter = asked(desk)
    phone = browser_of(desk.app)

    without = phone.send(letter["path"])
    with_code = phone.send(letter["path"], code=letter["code"])

    assert without.status_code == 422
    assert with_code.status_code == 303


def test_118_code_alone_does_not_help_another_browser(desk, anna):
    browser = browser_of(desk.app)
    place = browser.send("/sign-in", email=ANNA).location
    code = letters(desk.runtime)[-1]["code"]

    stranger = browser_of(desk.app).send(place, code=code)

    assert stranger.status_code == 410
    assert desk.count("session") == 0


def test_119_of_two_who_use_one_link_at_once_one_is_signed_in(desk, anna):
    _browser, letter = asked(desk)
    browsers = [browser_of(desk.app) for _ in range(8)]
    pages = [browser.page(letter["path"]) for browser in browsers]
    assert all(page.status_code == 200 for page in pages)
    answers, start = [], threading.Barrier(len(browsers))

    def use(browser):
        start.wait()
        answers.append(browser.send(letter["path"], form_of="/sign-in", code=letter["code"]).status_code)

    threads = [threading.Thread(target=use, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [303] + [410] * 7
    assert desk.count("session") == 1


def test_120_unknown_address_gets_the_same_answer_and_no_letter(desk, anna):
    known, unknown = browser_of(desk.app), browser_of(desk.app)

    answers = [
        browser.send("/sign-in", email=email) for browser, email in ((known, ANNA), (unknown, "nobody@example.org"))
    ]
    pages = [
        browser.page(answer.location).get_data(as_text=True).split("<main")[1].split("<form")[0]
        for browser, answer in zip((known, unknown), answers, strict=True)
    ]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert pages[0] == pages[1]
    assert [letter["email"] for letter in letters(desk.runtime)] == [ANNA]
    assert desk.count("sign_in_attempt") == 2


def test_120_same_work_is_done_for_an_unknown_address(desk, anna):
    """But for the event: what takes time, rows and sealing, is done for both."""
    asked(desk)
    asked(desk, "nobody@example.org")

    with desk.runtime.database.read() as session:
        rows = session.scalars(select(SignInAttempt)).all()

    assert {len(row.code_hash) for row in rows} == {len(row.token_hash) for row in rows} == {64}
    assert sorted(row.account_id is None for row in rows) == [False, True]


def test_120_answer_waits_for_an_even_time_and_holds_no_transaction_meanwhile(desk, anna, monkeypatch):
    waits = []
    monkeypatch.setattr(encryption, "sleep", lambda seconds: waits.append((seconds, desk.count("sign_in_attempt"))))

    asked(desk)
    asked(desk, "nobody@example.org")

    assert [attempts for _seconds, attempts in waits] == [1, 2]
    assert all(0 < seconds <= sign_in_pages.ANSWERS_EVERY_SECONDS for seconds, _attempts in waits)


def test_who_is_new_gets_an_account_only_by_asking_for_one(desk):
    browser_of(desk.app).send("/sign-in", email="new@example.org")
    before = desk.count("account")
    browser_of(desk.app).send("/sign-in", email="new@example.org", opens_account="yes")

    assert (before, desk.count("account")) == (0, 1)


def test_named_delegate_can_sign_in_and_speaks_for_the_organisation(desk):
    mission = desk.open_mission()
    application = desk.applied(mission)

    browser = sign_in(desk.app, desk.runtime, "p1@example.org")

    page = browser.page("/me").get_data(as_text=True)
    assert "Ромашка" in page or "Romashka" in page
    assert browser.page(f"/missions/{mission}/applications/{application['id']}").status_code == 200


def test_signing_out_ends_the_session(desk, anna):
    browser = sign_in(desk.app, desk.runtime, ANNA)
    stolen = {name: browser.get_cookie(name).value for name in ("caravan-token", "caravan-session")}

    out = browser.send("/sign-out", form_of="/me")
    thief = browser_of(desk.app)
    for name, value in stolen.items():
        thief.set_cookie(name, value)

    assert out.status_code == 303
    assert browser.page("/me").status_code == 303
    assert thief.page("/me").status_code == 303
    assert thief.page("/sign-in").status_code == 200


def test_sessions_are_seen_and_ended_by_their_owner_alone(desk, anna):
    opened(desk, "boris@example.org")
    first, second = (sign_in(desk.app, desk.runtime, ANNA) for _ in range(2))
    stranger = sign_in(desk.app, desk.runtime, "boris@example.org")
    with desk.runtime.database.read() as session:
        mine = sessions.of_account(session, anna)

    refused = stranger.send(f"/me/sessions/{mine[-1].id}/end", form_of="/me")
    ended = second.send(f"/me/sessions/{mine[-1].id}/end", form_of="/me")

    assert refused.status_code == 404
    assert ended.status_code == 303
    assert (first.page("/me").status_code, second.page("/me").status_code) == (303, 200)


def test_token_is_made_anew_while_the_session_holds(desk, anna):
    browser = sign_in(desk.app, desk.runtime, ANNA)
    browser.delete_cookie("caravan-token")

    asked_again = browser.page("/me")
    renewed = browser.page(asked_again.location.removeprefix("/registration"))

    assert (renewed.status_code, renewed.location) == (303, "/me")
    assert browser.page("/me").status_code == 200


def test_disabled_account_is_out_at_once(desk, anna):
    browser = sign_in(desk.app, desk.runtime, ANNA)
    with desk.runtime.database.write() as session:
        session.execute(update(Account).values(disabled_at=datetime.now(UTC)))
        sessions.end_all(session, session.get_one(Account, anna))

    assert browser.page("/me").status_code == 303
    assert asked(desk, ANNA)[1]["code"]  # the letter of before; none is written for a disabled account
    assert len(letters(desk.runtime)) == 1


def test_20_form_without_its_token_changes_nothing(desk, anna):
    browser = browser_of(desk.app)
    bare = browser.post("/sign-in", data={"email": ANNA}, headers=HTML)
    other = browser_of(desk.app)
    other.page("/sign-in")

    assert bare.status_code == 400
    assert letters(desk.runtime) == []


def test_20_token_from_before_the_sign_in_does_not_hold(desk, anna):
    browser, letter = asked(desk)
    before = browser.page("/sign-in").get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    browser.send(letter["path"])

    stale = browser.post("/sign-out", data={"csrf_token": before}, headers=HTML)

    assert stale.status_code == 400
    assert browser.page("/me").status_code == 200


def test_who_registers_an_organisation_speaks_for_it_and_staff_does_not(quick_desk):
    desk = quick_desk
    desk.regions()
    account = opened(desk, ANNA)
    anna = {"actor_id": f"person:{account}"}

    made = desk.client.post("/v1/organisations", json=an_organisation(), headers=bearer({}, **anna))
    by_staff = desk.client.post(
        "/v1/organisations", json=an_organisation("klu-02"), headers=bearer({Role.AGENCY: {"RU-KLU"}}, **anna)
    )

    with desk.runtime.database.read() as session:
        held = roles.claims_of(session, session.get_one(Account, account))
    assert (made.status_code, by_staff.status_code) == (201, 201)
    assert held == {Role.DELEGATE: {made.get_json()["id"]}}
