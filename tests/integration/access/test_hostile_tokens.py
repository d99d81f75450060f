"""Cookies and tokens that somebody kept, changed or made: lines 122 to 125 of what may come in."""

import base64
import hashlib
import hmac
import json
import logging
from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey
from sqlalchemy import select, update

from access.actor import Actor
from access.roles import EVERYTHING, Role
from browsers import HTML, browser_of, letters, sign_in
from builders.registration import a_desk
from registration.identity import sessions
from registration.models import Account, SignedIn
from servicekit.auth import tokens
from signed_in import AUDIENCE, signing_key, token

ANNA = "anna@example.org"
ADMIN = Actor(id="person:00000000-0000-4000-8000-000000000001", claims={Role.ADMIN: frozenset({EVERYTHING})})
NOW = datetime.now(UTC)
KEPT = ("caravan-session", "caravan-token")


@pytest.fixture
def desk(sqlite_runtime_of):
    return a_desk(sqlite_runtime_of)


@pytest.fixture
def grant(desk):
    """Anna's role in a mission."""
    mission = desk.open_mission()
    return desk.made("POST", "/v1/members", {"email": ANNA, "role": "reader", "scope": mission})


def cookies(browser):
    return {name: browser.get_cookie(name).value for name in KEPT}


def with_cookies(desk, kept):
    """Return a browser that shows cookies which somebody kept."""
    browser = browser_of(desk.app)
    for name, value in kept.items():
        browser.set_cookie(name, value)
    return browser


def is_at_sign_in(answer):
    return answer.status_code == 303 and answer.location.startswith("/registration/sign-in")


def test_122_cookies_from_before_the_sign_out_lead_to_the_sign_in(desk, grant):
    browser = sign_in(desk.app, desk.runtime, ANNA)
    kept = cookies(browser)
    browser.send("/sign-out", form_of="/me")

    thief = with_cookies(desk, kept)

    assert is_at_sign_in(thief.page("/"))
    assert thief.page("/sign-in").status_code == 200


def test_122_token_from_before_a_role_was_taken_does_not_hold(desk, grant):
    browser = sign_in(desk.app, desk.runtime, ANNA)
    path = f"/missions/{grant['scope']}"
    before = browser.page(path)
    desk.made("DELETE", f"/v1/members/{grant['id']}")

    after = browser.page(path)
    renewed = browser.page("/sign-in")

    assert before.status_code == 200
    assert is_at_sign_in(after)
    assert renewed.status_code == 303
    assert browser.page(path).status_code == 404


def test_122_session_of_a_disabled_account_gives_no_token(desk, grant):
    browser = sign_in(desk.app, desk.runtime, ANNA)
    with desk.runtime.database.write() as session:
        session.execute(update(Account).values(disabled_at=NOW))
        sessions.renew_all(session, session.scalars(select(Account).where(Account.email == ANNA)).one())

    assert is_at_sign_in(browser.page("/"))
    assert browser.page("/sign-in").status_code == 200


def test_123_sign_in_gives_a_new_session_whatever_cookie_was_there(desk, grant):
    browser = browser_of(desk.app)
    planted = dict.fromkeys(KEPT, "known-to-somebody-else")
    for name, value in planted.items():
        browser.set_cookie(name, value)
    browser.send("/sign-in", email=ANNA)
    browser.send(letters(desk.runtime)[-1]["path"])

    assert not set(cookies(browser).values()) & set(planted.values())
    assert browser.page("/me").status_code == 200
    assert is_at_sign_in(with_cookies(desk, planted).page("/me"))


def test_123_second_sign_in_gives_another_session_than_the_first(desk, grant):
    first, second = (sign_in(desk.app, desk.runtime, ANNA) for _ in range(2))

    assert cookies(first)["caravan-session"] != cookies(second)["caravan-session"]
    with desk.runtime.database.read() as session:
        assert len(session.scalars(select(SignedIn)).all()) == 2


def changed(text):
    """Say in a token that somebody is admin, and leave its signature."""
    head, claims, signature = text.split(".")
    said = json.loads(base64.urlsafe_b64decode(claims + "=="))
    said["roles"] = {"admin": ["*"]}
    return ".".join((head, encoded(said), signature))


def encoded(part):
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def of_another_key():
    return tokens.write(OKPKey.generate_key("Ed25519", {"kid": "of-the-tests"}, private=True), ADMIN, AUDIENCE, NOW)


def by_hand(sign=lambda text: "", **header):
    """Make a token with a header of one's own."""
    ours = token().split(".")
    text = f"{encoded({'typ': tokens.TYPE, 'kid': 'of-the-tests'} | header)}.{ours[1]}"
    return f"{text}.{sign(text)}"


def signed(*, typ=tokens.TYPE, **claims):
    """Sign a token rightly that says something else than ours do."""
    ours = jwt.decode(token(), KeySet([signing_key()]), algorithms=[tokens.ALGORITHM]).claims
    header = {"alg": tokens.ALGORITHM, "typ": typ, "kid": signing_key().kid}
    return jwt.encode(header, ours | claims, signing_key(), algorithms=[tokens.ALGORITHM])


def with_public_key(text):
    public = signing_key().as_dict(private=False)["x"]
    made = hmac.new(base64.urlsafe_b64decode(public + "=="), text.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def signed_by_stranger(text):
    return of_another_key().rpartition(".")[2]


FORGED = {
    "changed": changed(token({Role.READER: ["RU-KLU"]})),
    "of another key": of_another_key(),
    "alg none": by_hand(alg="none"),
    "alg None": by_hand(alg="nOnE"),
    "HS256 with the public key": by_hand(with_public_key, alg="HS256"),
    "expired": tokens.write(signing_key(), ADMIN, AUDIENCE, NOW - timedelta(hours=13)),
    "for others": tokens.write(signing_key(), ADMIN, "elsewhere.example.org", NOW),
    "of our issuer for others": signed(aud="elsewhere.example.org"),
    "of another issuer for us": signed(iss="elsewhere.example.org"),
    "of another type, rightly signed": signed(typ="JWT"),
    "jku": by_hand(signed_by_stranger, alg="Ed25519", jku="https://example.org/keys.json"),
    "jwk": by_hand(signed_by_stranger, alg="Ed25519", jwk=OKPKey.generate_key("Ed25519").as_dict(private=False)),
    "kid that is a path": by_hand(signed_by_stranger, alg="Ed25519", kid="../../../../dev/null"),
    "another type": by_hand(signed_by_stranger, alg="Ed25519", typ="JWT"),
    "no token": "x.y.z",
    "not ASCII": "ы.ы.ы",
    "very long": "x" * 100_000,
}


@pytest.mark.parametrize("name", [name for name in FORGED if name not in ("not ASCII", "very long")])
def test_124_cookie_that_was_changed_or_made_is_nobodys_and_logged(desk, caplog, name):
    with caplog.at_level(logging.INFO):
        answer = with_cookies(desk, {"caravan-token": FORGED[name]}).page("/")

    assert is_at_sign_in(answer)
    (line,) = [record for record in caplog.records if record.message == "token refused"]
    assert line.cause
    assert FORGED[name] not in caplog.text


def test_token_that_is_signed_by_hand_as_ours_are_is_taken(desk):
    assert desk.client.get("/v1/missions", headers={"Authorization": f"Bearer {signed()}"}).status_code == 200


@pytest.mark.parametrize("name", FORGED)
def test_125_forged_token_is_refused(desk, name):
    shown = {"Authorization": f"Bearer {FORGED[name]}".encode().decode("latin-1")}

    answer = desk.client.get("/v1/missions", headers=shown)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_125_same_token_unforged_is_taken(desk):
    answer = desk.client.get("/v1/missions", headers={"Authorization": f"Bearer {token()}"} | HTML)

    assert answer.status_code == 200
