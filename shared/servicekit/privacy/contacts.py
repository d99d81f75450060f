"""E-mail addresses and telephone numbers as people write them, made uniform, and found in texts."""

import re

import email_validator
import phonenumbers
from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher

LONGEST_LOCAL_PART = 64
_EMAIL = re.compile(r"[^\s@<>(),;:]+@[^\s@<>(),;:]+\.[^\W\d_]{2,}")


def email(text: str) -> str:
    """Return an address in its uniform spelling; no mail server is asked whether it exists.

    Raises:
        ValueError: it is no address that any mail server could serve.

    """
    return _email(text).normalized


def email_key(address: str) -> str:
    """Return what all spellings of one mailbox have in common: small letters, the domain in ASCII.

    A key finds what is kept under it; letters are sent to the address.

    Raises:
        ValueError: it is no address that any mail server could serve.

    """
    return email_on_the_wire(address).casefold()


def email_on_the_wire(address: str) -> str:
    """Return an address with its domain in ASCII, which tells apart what looks alike: `ivan@xn--80a1acny.xn--p1ai`.

    Raises:
        ValueError: it is no address that any mail server could serve.

    """
    found = _email(address.strip())
    return f"{found.local_part}@{found.ascii_domain.lower()}"


def _email(text: str) -> email_validator.ValidatedEmail:
    # test_environment lets the domains through that are set aside for examples and tests
    found = email_validator.validate_email(
        text, allow_smtputf8=False, check_deliverability=False, test_environment=True
    )
    if len(found.local_part) > LONGEST_LOCAL_PART or "." not in found.domain:
        raise ValueError("no server can have this address")
    return found


def phone(text: str, country: str) -> str:
    """Return a number as +79991234567; one without a country code is of `country` (ISO 3166-1).

    Raises:
        ValueError: it has not as many digits as a telephone number of its country.

    """
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        raise ValueError(str(error)) from error
    if not phonenumbers.is_possible_number(number):
        raise ValueError("not as many digits as a number has")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def holds_email(text: str) -> bool:
    """Tell whether a text holds an e-mail address."""
    return "@" in text and _EMAIL.search(text) is not None


def readable_phone(number: str) -> str:
    """Write a number in its international form as people read it, tied together; any other text as it is."""
    try:
        read = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(read, PhoneNumberFormat.INTERNATIONAL).replace(" ", "\u00a0")


def holds_phone(text: str, country: str) -> bool:
    """Tell whether a text holds a telephone number: a real one, or anything written as one with a plus."""
    found = PhoneNumberMatcher(text, country, leniency=Leniency.POSSIBLE)
    return any(match.raw_string.startswith("+") or phonenumbers.is_valid_number(match.number) for match in found)
