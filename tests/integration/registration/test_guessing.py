"""Who guesses, and who asks too often: the number is that of the list of hostile inputs in docs/security.md."""

import re
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import time_machine
from sqlalchemy import func, select

from at_once import at_once
from browsers import HTML, browser_of, letters, sign_in
from registration.identity import accounts
from registration.models import SignedIn

ANNA = "anna@example.org"
PEERS = [{"REMOTE_ADDR": f"192.0.2.{number}"} for number in range(1, 9)]


@pytest.fixture
def anna(desk):
    """An account that somebody has."""
    with desk.runtime.database.write() as session:
        return accounts.open_account(session, ANNA, "ru").id


def asked(desk, email=ANNA, peer=None):
    """Ask for a letter with a new browser; return the browser, where it is asked for the code, and the letter."""
    browser = browser_of(desk.app)
    browser.environ_base.update(peer or {})
    answer = browser.send("/sign-in", email=email)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    written = letters(desk.runtime)
    return browser, answer.location.removeprefix("/registration"), written[-1] if written else None


def asks(desk, peer, email=ANNA):
    browser = browser_of(desk.app)
    browser.environ_base.update(peer)
    return browser.send("/sign-in", email=email)


def wrong(code):
    return f"{(int(code) + 1) % 10**6:06}"


def guessed_at_once(desk, browser, path, codes):
    """Send codes from several tabs of one browser at the same moment; return the statuses."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.page(path).get_data(as_text=True))[1]

    def guess(code):
        tab = browser_of(desk.app)
        tab._cookies = dict(browser._cookies)
        return tab.post(path, data={"csrf_token": token, "code": code}, headers=HTML).status_code

    return at_once([partial(guess, code) for code in codes])


def signed_in(desk):
    with desk.runtime.database.read() as session:
        return session.scalar(select(func.count()).select_from(SignedIn))


def test_121_code_is_tried_five_times_at_most(desk, anna):
    browser, path, letter = asked(desk)

    guesses = [browser.send(path, code=wrong(letter["code"])).status_code for _ in range(5)]
    at_last = browser.send(path, code=letter["code"])

    assert guesses == [422] * 5
    assert at_last.status_code == 410
    assert signed_in(desk) == 0


def test_121_of_forty_guesses_at_once_five_are_looked_at(desk, anna):
    browser, path, letter = asked(desk)

    statuses = guessed_at_once(desk, browser, path, [f"{(int(letter['code']) + n) % 10**6:06}" for n in range(1, 41)])

    assert sorted(statuses) == [410] * 35 + [422] * 5


def test_121_of_forty_guesses_at_once_beside_a_link_five_are_looked_at(desk, anna):
    _browser, _path, letter = asked(desk)

    statuses = guessed_at_once(desk, browser_of(desk.app), letter["path"], [wrong(letter["code"])] * 40)

    assert sorted(statuses) == [410] * 35 + [422] * 5


def test_121_fifth_code_may_be_the_right_one(desk, anna):
    browser, path, letter = asked(desk)
    for _ in range(4):
        browser.send(path, code=wrong(letter["code"]))

    assert browser.send(path, code=letter["code"]).status_code == 303


def test_121_code_that_a_stranger_burns_leaves_the_link_to_whoever_has_the_letter(desk, anna):
    stranger, path, letter = asked(desk, peer=PEERS[0])
    burnt = [stranger.send(path, code=wrong(letter["code"])).status_code for _ in range(6)]

    entered = browser_of(desk.app).send(letter["path"], code=letter["code"])

    assert burnt == [422] * 5 + [410]
    assert entered.status_code == 303


def test_121_burnt_code_leaves_the_link_to_the_browser_that_asked(desk, anna):
    browser, path, letter = asked(desk)
    for _ in range(6):
        browser.send(path, code=wrong(letter["code"]))

    assert browser.send(letter["path"]).status_code == 303


def test_121_stranger_who_asks_and_burns_all_that_may_be_asked_locks_nobody_out(desk, anna):
    statuses = [asks(desk, PEERS[0]).status_code for _ in range(6)]

    entered = sign_in(desk.app, desk.runtime, ANNA)

    assert statuses == [303] * 3 + [429] * 3
    assert entered.page("/me").status_code == 200


def test_121_five_letters_an_hour_go_to_one_address_from_strangers_however_it_is_written(desk, anna):
    spelled = [ANNA, ANNA.upper(), "Anna@EXAMPLE.org", ANNA, ANNA]
    for email, peer in zip(spelled, PEERS, strict=False):
        assert asks(desk, peer, email).status_code == 303

    sixth = asks(desk, PEERS[5])

    assert sixth.status_code == 429
    assert int(sixth.headers["Retry-After"]) > 0
    assert len(letters(desk.runtime)) == 5


def test_121_browser_in_which_the_owner_has_signed_in_has_letters_of_its_own(desk, anna):
    mine = sign_in(desk.app, desk.runtime, ANNA)
    mine.send("/sign-out", form_of="/me")
    while asks(desk, PEERS[len(letters(desk.runtime))]).status_code == 303:
        pass

    again = [mine.send("/sign-in", email=ANNA).status_code for _ in range(6)]

    assert again == [303] * 5 + [429]
    assert mine.send("/sign-in", email="victim@example.org").status_code == 303


def test_121_newest_letter_lets_the_owner_in_while_no_more_are_sent(desk, anna):
    while asks(desk, PEERS[len(letters(desk.runtime))]).status_code == 303:
        pass
    newest = letters(desk.runtime)[-1]

    entered = browser_of(desk.app).send(newest["path"], code=newest["code"])

    assert entered.status_code == 303


def test_121_peer_that_sprays_over_addresses_is_slowed_down(quick_desk):
    codes = [
        browser_of(quick_desk.app).send("/sign-in", email=f"a{number}@example.org").status_code for number in range(21)
    ]

    assert codes == [303] * 20 + [429]


def test_121_what_is_no_address_is_nobody_elses_either(quick_desk):
    """Mistyped addresses have nothing in common, so that those of others do not count against one's own."""
    typos = [asks(quick_desk, peer, "anna@").status_code for peer in PEERS]

    assert typos == [422] * len(PEERS)


def test_120_code_of_an_unknown_address_is_refused_as_a_wrong_one(desk, anna):
    known, unknown = asked(desk), asked(desk, "nobody@example.org")

    statuses = [
        [browser.send(path, code="x").status_code for _ in range(6)] for browser, path, _letter in (known, unknown)
    ]

    assert statuses[0] == statuses[1] == [422] * 5 + [410]


def guessed_for_days(desk, clock, rounds):
    """Ask for a letter from new peers hour by hour and burn its code; return what the guesses were answered."""
    statuses = []
    for number in range(rounds):
        browser, path, letter = asked(desk, peer={"REMOTE_ADDR": f"192.0.2.{100 + number}"})
        statuses += [browser.send(path, code=wrong(letter["code"])).status_code for _ in range(5)]
        clock.shift(timedelta(minutes=30))
    return statuses


def test_121_of_the_codes_for_one_account_fifty_a_day_are_looked_at_and_the_link_holds(desk, anna):
    with time_machine.travel(datetime.now(UTC)) as clock:
        guesses = guessed_for_days(desk, clock, rounds=10)
        guesser, path, letter = asked(desk)
        by_code = guesser.send(path, code=letter["code"])
        by_link = guesser.send(letter["path"])
        clock.shift(timedelta(days=1))
        next_day, path, letter = asked(desk)

        assert guesses == [422] * 50
        assert (by_code.status_code, by_link.status_code) == (422, 303)
        assert next_day.send(path, code=letter["code"]).status_code == 303


def test_120_who_guesses_for_a_day_is_not_told_whether_there_is_an_account(desk, anna):
    with time_machine.travel(datetime.now(UTC)) as clock:
        guessed_for_days(desk, clock, rounds=10)
        known, unknown = asked(desk), asked(desk, "nobody@example.org")
        statuses = [
            [browser.send(path, code="x").status_code for _ in range(6)] for browser, path, _letter in (known, unknown)
        ]

    assert statuses[0] == statuses[1] == [422] * 5 + [410]
