"""What browsers are given to hold, and how much of it nobody can guess."""

import random
import re
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie

import pytest
from flask import render_template_string
from itsdangerous import URLSafeTimedSerializer

from browsers import HTML, letters
from matching.service import SERVICE as MATCHING
from notifications.service import SERVICE as NOTIFICATIONS
from registration.identity import secret_hashes
from registration.service import SERVICE as REGISTRATION
from second_factors import BASE, ORIGIN, Person
from servicekit.app import create_app

SAFE = {"path": "/", "secure": True, "httponly": True, "samesite": "Lax", "domain": ""}


def noted(browser):
    """Let a browser note every cookie that it is given; return where they are noted."""
    found, send = [], browser.open

    def opened(*args, **options):
        answer = send(*args, **options)
        for line in answer.headers.getlist("Set-Cookie"):
            found.extend(SimpleCookie(line).items())
        return answer

    browser.open = opened
    return found


def size(secret):
    """Return how many bytes a secret holds."""
    return len(urlsafe_b64decode(secret + "=" * (-len(secret) % 4)))


def bounds(cookie):
    return {name: cookie[name] for name in SAFE}


def test_every_cookie_of_a_sign_in_is_for_this_host_over_tls_and_out_of_reach_of_scripts(quick_house):
    olga = Person(quick_house)
    given = noted(olga.browser)

    olga.by_mail()
    olga.add_passkey()
    olga.page("/me?lang=en")
    olga.send("/sign-out", form_of="/me")

    assert {name for name, _cookie in given} == {
        f"__Host-caravan-{what}" for what in ("session", "token", "browser", "known", "language", "forms-registration")
    }
    assert [(name, bounds(cookie)) for name, cookie in given if bounds(cookie) != SAFE] == []


@pytest.mark.parametrize("service", [REGISTRATION, MATCHING, NOTIFICATIONS], ids=lambda one: one.name)
def test_form_and_language_of_every_service_are_kept_in_cookies_as_safe(sqlite_runtime_of, service):
    app = create_app(sqlite_runtime_of(service, public_url=ORIGIN))
    app.add_url_rule("/form", "form", lambda: render_template_string("{{ csrf_token() }}"))

    answer = app.test_client().get("/form?lang=ru", headers=HTML, **BASE)

    given = [one for line in answer.headers.getlist("Set-Cookie") for one in SimpleCookie(line).items()]
    assert {name for name, _cookie in given} == {f"__Host-caravan-forms-{service.name}", "__Host-caravan-language"}
    assert [bounds(cookie) for _name, cookie in given] == [SAFE, SAFE]


def test_secret_is_256_bits_that_no_seed_repeats():
    made = []
    for _ in range(100):
        random.seed(1)
        made.append(secret_hashes.fresh())

    assert {size(secret) for secret in made} == {32}
    assert len(set(made)) == 100
    assert len({secret[:6] for secret in made}) == len({secret[-6:] for secret in made}) == 100


def test_link_session_browser_and_key_hold_256_bits_each_of_their_own(quick_house):
    olga = Person(quick_house)
    given = noted(olga.browser)
    olga.by_mail()
    link = letters(quick_house.runtime)[-1]["path"].rsplit("/", 1)[1]
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    key = quick_house.made(
        "POST",
        "/v1/api-keys",
        {"name": "n", "role": "agency", "scope": "RU-KLU", "scopes": ["missions:read"], "expires_at": tomorrow},
    )["secret"]

    held = {name: cookie.value for name, cookie in given if cookie.value}
    secret_of = [link, held["__Host-caravan-session"], held["__Host-caravan-browser"], key.split("_", 2)[2]]

    assert [size(secret) for secret in secret_of] == [32] * 4
    assert len(set(secret_of)) == 4


def test_token_of_a_form_is_160_bits_that_no_seed_repeats(quick_house):
    found = set()
    for _ in range(3):
        random.seed(1)
        page = Person(quick_house).text("/sign-in")
        signed = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        found.add(URLSafeTimedSerializer("", salt="wtf-csrf-token").loads_unsafe(signed)[1])

    assert {len(bytes.fromhex(random_part)) for random_part in found} == {20}
    assert len(found) == 3
