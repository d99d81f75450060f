"""Passkeys, as second factors and as both at once; 132 is the number of the hostile inputs."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from browsers import browser_of
from builders.registration import a_desk
from registration.identity import accounts, sessions
from registration.models import Passkey, SignedIn
from second_factors import OLGA, Person, enrolled


def test_passkey_is_asked_for_at_the_next_sign_in_and_lets_in(quick_house):
    olga, _kept = enrolled(quick_house)

    before = olga.is_in
    shown = olga.show_passkey()

    assert not before
    assert (shown.status_code, olga.is_in) == (303, True)
    with quick_house.runtime.database.read() as session:
        assert session.scalars(select(Passkey)).one().last_used_at is not None


def test_passkey_alone_signs_in_and_counts_as_both_factors(house):
    olga, _kept = enrolled(house)
    olga.send("/sign-out", form_of="/sign-in/factor")

    entered = olga.sign_in_with_passkey()

    assert (entered.status_code, olga.is_in) == (303, True)
    with house.runtime.database.read() as session:
        mine = session.scalars(select(SignedIn).order_by(SignedIn.created_at.desc())).first()
    assert (mine.method, mine.second_factor) == ("passkey", "passkey")


WRONG = {
    "origin": {"origin": "https://caravan.example.evil.example"},
    "rp id": {"party": "evil.example"},
    "user verification": {"flags": 0},
}


@pytest.mark.parametrize("cause", WRONG)
def test_132_passkey_for_another_place_or_of_nobody_is_refused_and_logged(quick_house, caplog, cause):
    olga, _kept = enrolled(quick_house)

    refused = olga.show_passkey(**WRONG[cause])

    assert (refused.status_code, olga.is_in) == (422, False)
    assert quick_house.refusals() == [cause]
    logged = [record for record in caplog.records if record.getMessage() == "second factor refused"]
    assert [record.cause for record in logged] == [cause]
    assert OLGA not in caplog.text


@pytest.mark.parametrize("cause", WRONG)
def test_132_new_passkey_for_another_place_is_not_kept(quick_house, cause):
    olga = Person(quick_house)
    olga.by_mail()

    refused = olga.add_passkey(**WRONG[cause])

    assert (refused.status_code, quick_house.count("passkey")) == (422, 0)
    assert quick_house.refusals() == [cause]


def test_132_replayed_answer_is_refused(house):
    olga, _kept = enrolled(house)
    told = olga.asked()
    credential = olga.passkey.shown(told["options"])
    olga.show(told, credential)

    again = Person(house)
    again.by_mail()
    replays = [again.show(told, credential), olga.show(told, credential, "/me/factors")]

    assert [replay.status_code for replay in replays] == [422, 422]
    assert house.refusals() == ["replayed challenge"] * 2
    assert not again.is_in


def test_132_answer_to_an_older_challenge_is_refused(quick_house):
    olga, _kept = enrolled(quick_house)
    older, newer = olga.asked(), olga.asked()

    refused = olga.show(newer, olga.passkey.shown(older["options"]))

    assert refused.status_code == 422
    assert quick_house.refusals() == ["challenge"]


def test_132_refused_challenge_is_used_up(quick_house):
    olga, _kept = enrolled(quick_house)
    told = olga.asked()
    olga.show(told, olga.passkey.shown(told["options"], origin="https://evil.example"))

    again = olga.show(told, olga.passkey.shown(told["options"]))

    assert again.status_code == 422
    assert quick_house.refusals() == ["origin", "replayed challenge"]


def test_132_challenge_is_good_for_five_minutes(quick_house):
    olga, _kept = enrolled(quick_house)
    told = olga.asked()

    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5, seconds=1)):
        refused = olga.show(told, olga.passkey.shown(told["options"]))

    assert refused.status_code == 422
    assert quick_house.refusals() == ["late"]


def test_132_challenge_of_another_browser_is_refused(quick_house):
    olga, _kept = enrolled(quick_house)
    told = olga.asked()
    other = Person(quick_house)
    other.by_mail()

    refused = other.show(told, olga.passkey.shown(told["options"]))

    assert refused.status_code == 422
    assert quick_house.refusals() == ["another browser"]


def test_132_sign_count_that_goes_back_is_refused(house):
    olga, _kept = enrolled(house)
    olga.passkey.count = 41
    olga.show_passkey()
    olga.passkey.count = 40

    again = Person(house)
    again.passkey = olga.passkey
    again.by_mail()
    refused = again.show_passkey()

    assert refused.status_code == 422
    assert house.refusals() == ["sign count"]
    with house.runtime.database.read() as session:
        assert session.scalars(select(Passkey)).one().sign_count == 42


def test_132_passkey_of_another_account_is_no_second_factor(house):
    olga, _kept = enrolled(house)
    with house.runtime.database.write() as session:
        accounts.open_account(session, "boris@example.org", "en")
    boris = Person(house, "boris@example.org")
    boris.by_mail()
    boris.add_passkey()

    told = olga.asked()
    crossed = olga.show(told, boris.passkey.shown(told["options"]))
    told = olga.asked("/sign-in/factor", "/sign-in/passkey")
    lying = olga.show(
        told, boris.passkey.shown(told["options"], holder=olga.passkey.holder), "/sign-in/factor", "/sign-in/passkey"
    )

    assert (crossed.status_code, lying.status_code) == (422, 422)
    assert house.refusals() == ["unknown passkey"] * 2


@pytest.mark.parametrize("holder", ["AAAAAAAAAAAAAAAAAAAAAA", "!", 5])
def test_132_passkey_that_says_it_is_another_accounts_is_no_second_factor(quick_house, holder):
    olga, _kept = enrolled(quick_house)

    refused = olga.show_passkey(holder=holder)

    assert (refused.status_code, olga.is_in) == (422, False)
    assert quick_house.refusals() == ["unknown passkey"]


def test_passkey_that_does_not_say_whose_it_is_does_as_a_second_factor_alone(quick_house):
    olga, _kept = enrolled(quick_house)

    shown = olga.show_passkey(holder=None)
    olga.send("/sign-out", form_of="/me/factors")

    assert shown.status_code == 303
    assert olga.sign_in_with_passkey(holder=None).status_code == 422


@pytest.mark.parametrize(
    "credential",
    [
        "",
        "no json",
        "[]",
        "{}",
        "[" * 5000,
        '{"id": null, "response": {}}',
        '{"id": "a\\u0000", "response": {}}',
        '{"id": "\\ud800", "response": {}}',
        '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"clientDataJSON": 7}}',
        '{"id": "YQ", "rawId": "!", "type": 7, "response": {"userHandle": [], "transports": [[]]}}',
        '{"id": "' + "A" * 30_000 + '"}',
    ],
)
def test_132_what_is_no_answer_at_all_is_refused(quick_house, credential):
    olga, _kept = enrolled(quick_house)
    told = olga.asked()
    refused = [olga.show(told, credential).status_code]
    olga.show_passkey()
    told = olga.challenge("/me/factors/passkeys/challenge", "/me/factors")
    fields = {"ceremony": told["ceremony"], "credential": credential, "name": "x"}
    refused.append(olga.send("/me/factors/passkeys", form_of="/me/factors", **fields).status_code)
    refused.append(olga.send("/me/factors/passkeys", form_of="/me/factors", ceremony="x").status_code)

    assert refused == [422] * 3


def test_passkey_of_somebody_else_is_neither_named_nor_removed(quick_house):
    enrolled(quick_house)
    with quick_house.runtime.database.write() as session:
        key = session.scalars(select(Passkey)).one().id
        accounts.open_account(session, "boris@example.org", "en")
    boris = Person(quick_house, "boris@example.org")
    boris.by_mail()

    tries = [boris.send(f"/me/factors/passkeys/{key}/{do}", form_of="/me/factors") for do in ("name", "removal")]

    assert [answer.status_code for answer in tries] == [404, 404]


def test_without_a_host_name_there_are_no_passkeys_and_an_app_does(sqlite_runtime_of):
    desk = a_desk(sqlite_runtime_of)
    with desk.runtime.database.write() as session:
        account = accounts.open_account(session, OLGA, "en")
        begun = sessions.begin(session, account, "link", "", is_staff=False)
    browser = browser_of(desk.app)
    browser.set_cookie("caravan-session", begun[1])

    page = browser.page("/me/factors").get_data(as_text=True)
    refused = browser.send("/me/factors/passkeys/challenge", form_of="/me/factors")

    assert 'data-passkey="create"' not in page
    assert refused.status_code == 404
    assert browser.send("/me/factors/app/secret", form_of="/me/factors").status_code == 303
