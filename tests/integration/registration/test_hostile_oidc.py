"""Sign-in by OpenID Connect when tokens, answers or providers are wrong; 131 is the number of the hostile inputs."""

import logging
import time
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine

from browsers import browser_of, sign_in
from oidc_visits import LEAVE, OLGA, a_desk_of, invited, there_and_back
from registration.identity.commands import Depart
from registration.identity.oidc import sign_in as oidc_sign_in
from registration.models import Base
from servicekit.data.tables import metadata as kit

RETURN = f"{LEAVE}/return"


@pytest.fixture
def desk(provider, providers, sqlite_runtime_of):
    """Registration that trusts both; nobody has to show a second factor unless a test says so."""
    return a_desk_of(sqlite_runtime_of, providers)


def test_131_address_that_has_an_account_is_not_linked_by_itself(provider, desk):
    invited(desk)

    refused = there_and_back(browser_of(desk.app), provider)

    assert refused.status_code == 403
    assert desk.refusals() == ["account exists"]
    assert (desk.count("external_identity"), desk.count("session")) == (0, 0)


def test_131_same_address_from_another_issuer_is_not_linked(provider, providers, desk):
    there_and_back(browser_of(desk.app), provider)
    providers[1].says(sub="olga-at-work")

    refused = there_and_back(browser_of(desk.app), providers[1], "/sign-in/oidc/omsk")

    assert refused.status_code == 403
    assert desk.refusals() == ["account exists"]
    assert desk.count("external_identity") == 1


LIES = {
    "id token: nonce": {"nonce": "another one"},
    "id token: aud": {"aud": "another client"},
    "id token: iss": {"iss": "https://evil.example"},
    "id token: exp": {"exp": int(time.time()) - 3600},
    "id token: azp": {"aud": ["caravan", "other"], "azp": "other"},
    "id token: sub": {"sub": "a" * 256},
    "unverified address": {"email_verified": False},
    "foreign domain": {"email": "olga@agency.example.evil.example"},
}


@pytest.mark.parametrize("cause", LIES)
def test_131_what_is_wrong_in_the_token_lets_nobody_in(provider, desk, caplog, cause):
    provider.lies = LIES[cause]

    refused = there_and_back(browser_of(desk.app), provider)

    assert refused.status_code == 403
    assert desk.refusals() == [cause]
    assert (desk.count("account"), desk.count("session")) == (0, 0)
    assert "sign-in by a provider refused" in caplog.text
    assert "olga" not in caplog.text


@pytest.mark.parametrize(
    "claims", [{"email_verified": "true"}, {"email_verified": None}, {"email": None}, {"email": ["x"]}]
)
def test_131_address_counts_as_verified_only_where_it_is_said_plainly(provider, desk, claims):
    provider.says(**claims)
    provider.about = {"userinfo_endpoint": None}

    assert there_and_back(browser_of(desk.app), provider).status_code == 403
    assert desk.refusals() == ["unverified address"]


@pytest.mark.parametrize("how", [{"forges": True}, {"algorithm": "HS256"}])
def test_131_token_that_another_key_signed_lets_nobody_in(provider, desk, how):
    for name, value in how.items():
        setattr(provider, name, value)

    assert there_and_back(browser_of(desk.app), provider).status_code == 403
    assert desk.refusals()[0].startswith("id token: ")


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"state": "another one"}, "state"),
        ({"state": None}, "state"),
        ({"iss": "https://evil.example"}, "issuer"),
        ({"code": "another one"}, "code"),
        ({"code": None, "error": "access_denied"}, "the provider's own"),
    ],
)
def test_131_what_is_wrong_on_the_way_back_lets_nobody_in(provider, desk, changes, cause):
    refused = there_and_back(browser_of(desk.app), provider, **changes)

    assert refused.status_code == 403
    assert desk.refusals() == [cause]


def test_131_state_is_good_once(provider, desk):
    browser = browser_of(desk.app)
    back = urlsplit(provider.visit(browser.page(LEAVE).location))
    address = f"{RETURN}?{back.query}"
    browser.page(address)

    again = browser.page(address)

    assert again.status_code == 403
    assert desk.count("session") == 1


def test_131_state_is_good_for_ten_minutes(provider, desk):
    browser = browser_of(desk.app)
    back = urlsplit(provider.visit(browser.page(LEAVE).location))

    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=10, seconds=1)):
        late = browser.page(f"{RETURN}?{back.query}")

    assert late.status_code == 403
    assert desk.refusals() == ["state"]


def test_131_state_nonce_and_verifier_are_256_bits_each(desk):
    with desk.runtime.database.write() as session:
        errand = oidc_sign_in.depart(session, Depart(provider="kaluga", browser="b", place="/", session_id=None))

    found = [errand.state, errand.nonce, errand.verifier]
    assert [len(urlsafe_b64decode(secret + "=")) for secret in found] == [32] * 3
    assert len(set(found)) == 3


def test_tokens_of_a_provider_are_kept_and_told_nowhere(provider, desk, caplog):
    with caplog.at_level(logging.DEBUG, logger="registration"):
        assert there_and_back(browser_of(desk.app), provider).status_code == 303

    with desk.runtime.database.read() as session:
        kept = [row for table in tables() for row in session.execute(table.select())]
    assert desk.count("session") == 1
    for told in ("opaque", provider.given):
        assert told not in str(kept)
        assert told not in str([vars(record) for record in caplog.records])


def test_131_state_of_another_browser_lets_nobody_in(provider, desk):
    back = urlsplit(provider.visit(browser_of(desk.app).page(LEAVE).location))
    victim = browser_of(desk.app)

    refused = victim.page(f"{RETURN}?{back.query}")

    assert refused.status_code == 403
    assert desk.refusals() == ["another browser"]


def test_131_state_for_one_provider_does_not_do_at_another(provider, providers, desk):
    browser = browser_of(desk.app)
    back = urlsplit(provider.visit(browser.page(LEAVE).location))

    refused = browser.page(f"/sign-in/oidc/omsk/return?{back.query}")

    assert refused.status_code == 403
    assert desk.refusals() == ["state"]


@pytest.mark.parametrize(
    ("claims", "cause"),
    [
        ({"email": "boris@agency.example"}, "another address"),
        ({"email_verified": False}, "unverified address"),
    ],
)
def test_131_only_ones_own_verified_address_is_linked(provider, desk, claims, cause):
    invited(desk)
    browser = sign_in(desk.app, desk.runtime, OLGA)
    provider.says(**claims)

    assert there_and_back(browser, provider).status_code == 403
    assert desk.refusals() == [cause]
    assert desk.count("external_identity") == 0


def test_131_identity_of_one_account_is_not_linked_to_another(provider, desk):
    there_and_back(browser_of(desk.app), provider)
    invited(desk, "boris@agency.example")
    boris = sign_in(desk.app, desk.runtime, "boris@agency.example")

    assert there_and_back(boris, provider).status_code == 403
    assert desk.refusals() == ["another account"]


@pytest.mark.parametrize("wrong", [{"expires_in": float("inf")}, {"expires_at": []}], ids=str)
def test_131_answer_to_a_code_that_makes_no_sense_lets_nobody_in(provider, desk, wrong):
    provider.answers = wrong

    assert there_and_back(browser_of(desk.app), provider).status_code == 503
    assert desk.count("session") == 0


def test_131_long_answer_to_a_code_lets_nobody_in(provider, desk):
    provider.lies = {"padding": "x" * 300_000}

    assert there_and_back(browser_of(desk.app), provider).status_code == 503
    assert desk.count("session") == 0


def tables():
    return [*Base.metadata.sorted_tables, *kit.sorted_tables]
