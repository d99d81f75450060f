from datetime import UTC, datetime

import pytest

from registration.identity.second_factors import authenticator

SECRET = b"12345678901234567890"
"""Of the examples in RFC 6238, appendix B; codes there have eight digits, of which these are the last six."""


def at(seconds):
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(seconds, code):
    assert authenticator.step_of(SECRET, code, at(seconds), 0) == seconds // 30


@pytest.mark.parametrize(("off", "is_right"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)])
def test_clock_of_a_phone_may_be_off_by_one_step(off, is_right):
    found = authenticator.step_of(SECRET, "081804", at(1111111109 + off), 0)

    assert (found is not None) is is_right


def test_step_that_was_used_and_those_before_it_are_over():
    step = 1111111109 // 30

    found = [authenticator.step_of(SECRET, "081804", at(1111111109), after) for after in (step - 1, step, step + 1)]

    assert found == [step, None, None]


@pytest.mark.parametrize("code", ["", "28708", "2870820", "28708a", "２８７０８２", "-87082", "٢٨٧٠٨٢"])
def test_what_is_no_code_is_none(code):
    assert authenticator.step_of(SECRET, code, at(59), 0) is None


def test_recovery_codes_differ_and_are_read_however_they_are_typed():
    codes = authenticator.fresh_recovery_codes()
    plain = [authenticator.recovery_code(code) for code in codes]

    typed = [authenticator.recovery_code(f" {code.upper().replace('-', ' ')} ") for code in codes]

    assert len(set(plain)) == authenticator.RECOVERY_CODES
    assert all(len(code) == 16 for code in plain)
    assert typed == plain
    assert authenticator.recovery_code("OIL0") == "0110"


def test_app_takes_the_secret_from_an_address():
    address = authenticator.otpauth_uri(SECRET, "olga@example.org", "Caravan x")

    assert address.startswith("otpauth://totp/Caravan%20x:olga%40example.org?")
    assert "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" in address
    assert authenticator.in_letters(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
