"""Who is asked for a second factor, and how factors are set up, listed, removed and told of."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select

from access.roles import Role
from browsers import letters
from registration.errors import SecondFactorNeededError
from registration.identity import accounts, roles, token_issue
from registration.identity.commands import GiveRole
from registration.identity.forgetting import forget_account
from registration.identity.second_factors import policy
from registration.models import Passkey, SignedIn
from registration.personal import export
from second_factors import OLGA, PARTY, Person, a_house, codes_on, enrolled
from servicekit.auth.actors import OPERATOR


def test_administrator_sets_a_factor_up_before_the_first_token(house):
    olga = Person(house)

    by_mail = olga.by_mail("/me")
    half = (olga.has_token, olga.is_in)
    asked = olga.page(by_mail.location)
    led = olga.page(asked.location)
    codes = olga.add_passkey()

    assert by_mail.location == "/sign-in/factor?next=/me"
    assert half == (False, False)
    assert asked.location == "/me/factors?next=/me"
    assert "Set up a second factor" in led.get_data(as_text=True)
    assert len(codes_on(codes)) == 10
    assert olga.is_in


def test_half_a_session_opens_no_page_and_is_given_no_token(quick_house):
    olga, _kept = enrolled(quick_house)

    pages = [olga.page(path).status_code for path in ("/", "/me")]
    with quick_house.runtime.database.read() as session:
        mine = session.scalars(select(SignedIn).where(SignedIn.ended_at.is_(None))).one()
        with pytest.raises(SecondFactorNeededError):
            token_issue.of_session(session, mine)

    assert pages == [303, 303]
    assert not olga.has_token


def test_half_a_session_adds_no_factor_beside_its_owners(quick_house):
    owner, _kept = enrolled(quick_house)
    thief = Person(quick_house)
    thief.by_mail()

    shown = thief.page("/me/factors")
    made = [
        thief.send(path, form_of="/sign-in/factor").status_code
        for path in ("/me/factors/app/secret", "/me/factors/recovery-codes", "/me/factors/passkeys")
    ]

    assert shown.location.startswith("/sign-in/factor?")
    assert made == [303] * 3
    assert (quick_house.count("authenticator"), quick_house.count("passkey")) == (0, 1)
    assert owner.show_passkey().status_code == 303


def test_secret_of_the_browser_changes_with_the_second_factor(quick_house):
    olga, _kept = enrolled(quick_house)
    before = olga.browser.get_cookie("__Host-caravan-session", domain=PARTY).value

    olga.show_passkey()

    thief = Person(quick_house)
    thief.browser.set_cookie("__Host-caravan-session", before, domain=PARTY, secure=True)
    assert thief.page("/me/factors").location.startswith("/registration/sign-in?")


def test_factors_are_listed_named_and_removed_but_for_the_last_one(house):
    olga = Person(house)
    olga.by_mail()
    olga.add_passkey("  ")
    with house.runtime.database.read() as session:
        key = session.scalars(select(Passkey)).one()

    olga.send(f"/me/factors/passkeys/{key.id}/name", form_of="/me/factors", name="Blue <key>")
    named = olga.text("/me/factors")
    last = olga.send(f"/me/factors/passkeys/{key.id}/removal", form_of="/me/factors")
    olga.add_app()
    removed = olga.send(f"/me/factors/passkeys/{key.id}/removal", form_of="/me/factors")
    app = olga.send("/me/factors/app/removal", form_of="/me/factors")

    assert "Blue &lt;key&gt;" in named
    assert (last.status_code, removed.status_code, app.status_code) == (409, 303, 409)
    assert (house.count("passkey"), house.count("authenticator")) == (0, 1)


def test_factors_are_changed_only_right_after_one_was_shown(quick_house):
    olga = Person(quick_house)
    olga.by_mail()
    olga.add_passkey()

    with time_machine.travel(datetime.now(UTC) + policy.FRESH + timedelta(seconds=1)):
        led = olga.page("/me/factors")
        asked = olga.text(led.location)

    assert "/sign-in/factor?" in led.location
    assert "Use a passkey" in asked


@pytest.mark.parametrize("setting", ["required", "offered"])
def test_who_has_no_staff_role_is_asked_for_nothing_more(sqlite_runtime_of, setting):
    desk = a_house(sqlite_runtime_of, second_factor=setting)
    with desk.runtime.database.write() as session:
        accounts.open_account(session, "boris@example.org", "en")
    boris = Person(desk, "boris@example.org")

    boris.by_mail()

    assert boris.is_in


def test_offered_factor_is_asked_only_of_who_has_set_one_up(sqlite_runtime_of):
    desk = a_house(sqlite_runtime_of, second_factor="offered")
    olga = Person(desk)

    olga.by_mail()
    before = olga.is_in
    olga.add_passkey()
    olga.send("/sign-out", form_of="/me")
    olga.by_mail()

    assert (before, olga.is_in) == (True, False)
    assert olga.show_passkey().status_code == 303


def test_who_becomes_staff_meanwhile_is_asked_at_the_next_token(quick_house):
    with quick_house.runtime.database.write() as session:
        account = accounts.open_account(session, "boris@example.org", "en")
    boris = Person(quick_house, "boris@example.org")
    boris.by_mail()
    before = boris.is_in
    with quick_house.runtime.database.write() as session:
        given = GiveRole(account_id=UUID(str(account.id)), role=Role.AGENCY, scope="RU-KLU")
        roles.give(session, given, OPERATOR)

    led = boris.page("/me")
    asked = boris.page(led.location)

    assert before
    assert "/sign-in/factor" in asked.location
    assert not boris.has_token


def test_operator_resets_factors_that_were_lost_and_ends_sessions(house):
    olga, _kept = enrolled(house)
    olga.show_passkey()
    with house.runtime.database.write() as session:
        policy.reset(session, accounts.known_by(session, OLGA), OPERATOR)

    led = olga.page("/me")
    olga.by_mail()

    assert led.status_code == 303
    assert house.count("passkey") == 0
    assert olga.add_passkey().status_code == 200


def test_factors_are_told_to_their_owner_without_secrets_and_go_with_the_account(house):
    olga = Person(house)
    olga.by_mail()
    olga.add_passkey("Olgas laptop")
    secret, _answer = olga.add_app()
    with house.runtime.database.write() as session:
        account = accounts.known_by(session, OLGA)
        told = export(session, account.id)
        forget_account(session, account)

    assert [row["name"] for row in told["passkey"]] == ["Olgas laptop"]
    assert len(told["authenticator"]) == 1
    assert secret not in str(told)
    assert [house.count(table) for table in ("passkey", "authenticator", "recovery_code")] == [0, 0, 0]
    assert not olga.is_in


def changes_told(desk):
    return [letter["email"] for letter in letters(desk.runtime) if letter["kind"] == "factors_changed"]


def test_owner_is_written_to_when_a_second_factor_is_set_up_or_removed_or_codes_are_made(house):
    olga = Person(house)
    olga.by_mail()

    told = []
    olga.add_passkey()
    told.append(len(changes_told(house)))
    olga.add_app()
    told.append(len(changes_told(house)))
    olga.send("/me/factors/recovery-codes", form_of="/me/factors")
    told.append(len(changes_told(house)))
    olga.send("/me/factors/app/removal", form_of="/me/factors")
    told.append(len(changes_told(house)))

    assert told == [1, 2, 3, 4]
    assert set(changes_told(house)) == {OLGA}


def test_owner_is_written_to_when_second_factors_are_reset(quick_house):
    olga, _kept = enrolled(quick_house)
    before = len(changes_told(quick_house))

    with quick_house.runtime.database.write() as session:
        account = accounts.known_by(session, olga.email)
        policy.reset(session, account, OPERATOR)

    assert len(changes_told(quick_house)) == before + 1
