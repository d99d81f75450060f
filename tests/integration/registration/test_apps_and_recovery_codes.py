"""Codes as second factors: of an authenticator app, and those to recover with."""

from datetime import UTC, datetime, timedelta

import time_machine
from sqlalchemy import select

from registration.identity.second_factors.authenticator import SECRET_BYTES
from registration.models import Authenticator, RecoveryCode
from second_factors import Person, codes_on, enrolled
from soft_apps import code_of


def test_app_is_a_second_factor_once_its_first_code_was_right(quick_house):
    olga = Person(quick_house)
    olga.by_mail()
    secret, confirmed = olga.add_app()
    olga.send("/sign-out", form_of="/me/factors")
    olga.by_mail()

    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=30)):
        wrong = olga.show_code(f"{(int(code_of(secret)) + 1) % 10**6:06}")
        right = olga.show_code(code_of(secret))

    assert len(codes_on(confirmed)) == 10
    assert (wrong.status_code, right.status_code) == (422, 303)
    assert quick_house.refusals() == ["code"]
    assert olga.is_in


def test_code_of_the_app_is_good_once(house):
    olga, (secret, _answer) = enrolled(house, "app")
    now = datetime.now(UTC) + timedelta(seconds=30)

    with time_machine.travel(now):
        first = olga.show_code(code_of(secret))
        thief = Person(house)
        thief.by_mail()
        again = thief.show_code(code_of(secret))
        before = thief.show_code(code_of(secret, now - timedelta(seconds=30)))

    assert (first.status_code, again.status_code, before.status_code) == (303, 422, 422)
    assert not thief.is_in


def test_secret_of_the_app_is_sealed_and_shown_to_nobody_once_confirmed(quick_house):
    olga = Person(quick_house)
    olga.by_mail()
    secret, _answer = olga.add_app()

    with quick_house.runtime.database.read() as session:
        kept = session.scalars(select(Authenticator)).one().sealed

    assert len(secret) == SECRET_BYTES * 8 // 5
    assert secret not in kept
    assert olga.page("/me/factors/app").status_code == 303
    assert secret not in olga.text("/me/factors")


def test_recovery_code_lets_in_once_however_it_is_typed(house):
    olga, kept = enrolled(house)
    code = codes_on(kept)[3]

    entered = olga.show_code(code.upper().replace("-", " "))
    thief = Person(house)
    thief.by_mail()
    again = thief.show_code(code)

    assert (entered.status_code, again.status_code) == (303, 422)
    assert "9 codes are left" in olga.text("/me/factors?lang=en")
    with house.runtime.database.read() as session:
        kept_hashes = session.scalars(select(RecoveryCode.code_hash)).all()
    assert all(len(kept_hash) == 64 and code not in kept_hash for kept_hash in kept_hashes)


def test_new_recovery_codes_put_the_old_ones_out_of_use(quick_house):
    olga = Person(quick_house)
    olga.by_mail()
    old = codes_on(olga.add_passkey())
    new = codes_on(olga.send("/me/factors/recovery-codes", form_of="/me/factors"))
    olga.send("/sign-out", form_of="/me/factors")
    olga.by_mail()

    tries = [olga.show_code(code).status_code for code in (old[0], new[0])]

    assert tries == [422, 303]


def test_ten_tries_in_a_quarter_of_an_hour_go_to_one_account(quick_house):
    olga, (secret, _answer) = enrolled(quick_house, "app")
    wrong = f"{(int(code_of(secret)) + 1) % 10**6:06}"

    tries = [olga.show_code(wrong).status_code for _ in range(10)]
    other = Person(quick_house)
    other.by_mail()

    assert tries == [422] * 10
    assert other.show_code(wrong).status_code == 429
