"""Builders for what registration asks to be written to accounts."""

import json
from datetime import timedelta

import signed_in
from contracts import registration
from contracts.registration.identity import SEALED_FOR
from notifications.models import Contact
from servicekit import identifiers
from servicekit.auth import encryption
from servicekit.data.clock import machine_now

ACCOUNT = identifiers.derived("test-account")
ADDRESS = "o.dubravina@example.org"
LINK, CODE = "https://caravan.example/registration/sign-in/link/kEyOfThisLetter", "204816"


def a_sign_in(**values):
    """Ask for a link and a code, good for ten minutes from now."""
    told = json.dumps({"link": LINK, "code": CODE})
    usual = {
        "account_id": ACCOUNT,
        "email": ADDRESS,
        "language": "ru",
        "kind": "sign_in",
        "sealed": encryption.seal(signed_in.SECRET, SEALED_FOR, told),
        "expires_at": machine_now() + timedelta(minutes=10),
    }
    return registration.SignInRequested(**{**usual, **values})


def an_invitation(**values):
    """Have it written that somebody was given a role."""
    return a_sign_in(**{"kind": "invitation", "sealed": "", "expires_at": machine_now(), **values})


def other_factors(**values):
    """Have it written that somebody's second factors have changed."""
    return an_invitation(**{"kind": "factors_changed", **values})


def contact(runtime):
    """Return how the account is reached, as far as notifications know."""
    with runtime.database.read() as session:
        return session.get(Contact, ACCOUNT)
