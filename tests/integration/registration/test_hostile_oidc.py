"""Sign-in by OpenID Connect when tokens, answers or providers are wrong; 131 is the number of the hostile inputs."""

import logging
import socket
import time
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from urllib3.util import connection

import oidc_provider
from browsers import browser_of, sign_in
from builders.registration import a_desk
from oidc_visits import LEAVE, OLGA, a_desk_of, invited, there_and_back
from registration.commands.identity import Depart
from registration.handlers.identity import oidc
from registration.models import Base
from servicekit import public_address
from servicekit.tables import metadata as kit

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
        errand = oidc.depart(session, Depart(provider="kaluga", browser="b", place="/", session_id=None))

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


def test_provider_that_names_another_issuer_is_not_believed(provider, providers, sqlite_runtime_of):
    provider.about = {"issuer": "https://evil.example"}
    desk = a_desk(sqlite_runtime_of, oidc=provider.toml(client_id="fresh"))

    answer = browser_of(desk.app).page(LEAVE)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")


@pytest.mark.parametrize("name", ["token_endpoint", "jwks_uri", "userinfo_endpoint"])
def test_no_secret_is_sent_in_the_clear(provider, sqlite_runtime_of, name):
    provider.about = {name: "http://sso.agency.example/x"}
    desk = a_desk(sqlite_runtime_of, oidc=provider.toml(client_id=f"fresh {name}"))

    assert browser_of(desk.app).page(LEAVE).status_code == 503


def test_provider_that_nobody_vouches_for_is_not_spoken_with(provider, sqlite_runtime_of):
    desk = a_desk(sqlite_runtime_of, oidc=provider.toml(ca_file=""))

    assert browser_of(desk.app).page(LEAVE).status_code == 503


@pytest.mark.parametrize("name", ["token_endpoint", "jwks_uri", "userinfo_endpoint"])
@pytest.mark.parametrize("address", ["https://169.254.169.254/x", "http://169.254.169.254/x", "https://10.0.0.7/x"])
def test_131_provider_leads_to_no_address_of_the_inside(provider, sqlite_runtime_of, name, address):
    provider.about = {name: address}
    desk = a_desk(sqlite_runtime_of, oidc=provider.toml(client_id=f"{name} {address}"))

    assert browser_of(desk.app).page(LEAVE).status_code == 503


def test_131_code_goes_to_no_name_that_leads_to_the_inside(provider, sqlite_runtime_of, monkeypatch):
    port = urlsplit(provider.issuer).port
    monkeypatch.setattr(public_address, "PORTS", (port,))
    monkeypatch.setattr(socket, "getaddrinfo", inside(socket.getaddrinfo))
    provider.about = {"token_endpoint": f"https://sso.agency.example:{port}/token"}
    desk = a_desk(sqlite_runtime_of, oidc=provider.toml(client_id=oidc_provider.CLIENT + "-inside"))
    connected, connect = [], connection.create_connection
    monkeypatch.setattr(
        connection, "create_connection", lambda at, *a, **o: connected.append(at[0]) or connect(at, *a, **o)
    )

    answer = there_and_back(browser_of(desk.app), provider)

    assert answer.status_code == 503
    assert set(connected) == {"localhost"}


@pytest.mark.parametrize("raw", ['{"padding": "' + "x" * 300_000 + '"}', "[" * 200_000, "[]", "no json"], ids=len)
def test_131_metadata_that_are_none_or_too_long_are_not_taken(provider, sqlite_runtime_of, raw):
    provider.raw = raw
    desk = a_desk(sqlite_runtime_of, oidc=provider.toml(client_id=f"raw {len(raw)}"))

    assert browser_of(desk.app).page(LEAVE).status_code == 503


@pytest.mark.parametrize(
    "address",
    [
        "https://sso.agency.example:99999999/",
        "https://sso.agency.example/\ud800",
        "https://sso.agency.example/\r\nSet-Cookie: a=b",
        "https://",
        "https:javascript:alert(1)",
    ],
)
def test_131_nobody_is_sent_to_what_is_no_address(provider, sqlite_runtime_of, address):
    provider.about = {"authorization_endpoint": address}
    desk = a_desk(sqlite_runtime_of, oidc=provider.toml(client_id=f"opens {len(address)}"))

    assert browser_of(desk.app).page(LEAVE).status_code == 503


def test_131_ways_to_show_a_secret_that_are_no_list_are_as_none(provider, sqlite_runtime_of):
    provider.about = {"token_endpoint_auth_methods_supported": 5}
    provider.says(sub="without ways")
    desk = a_desk(sqlite_runtime_of, second_factor="offered", oidc=provider.toml(key="ways"))

    assert there_and_back(browser_of(desk.app), provider, "/sign-in/oidc/ways").status_code == 303


@pytest.mark.parametrize("wrong", [{"expires_in": float("inf")}, {"expires_at": []}], ids=str)
def test_131_answer_to_a_code_that_makes_no_sense_lets_nobody_in(provider, desk, wrong):
    provider.answers = wrong

    assert there_and_back(browser_of(desk.app), provider).status_code == 503
    assert desk.count("session") == 0


def test_131_long_metadata_are_not_read_to_the_end(provider, sqlite_runtime_of):
    provider.about = {"padding": "x" * 300_000}
    desk = a_desk(sqlite_runtime_of, oidc=provider.toml(client_id="long"))

    assert browser_of(desk.app).page(LEAVE).status_code == 503


def test_131_long_answer_to_a_code_lets_nobody_in(provider, desk):
    provider.lies = {"padding": "x" * 300_000}

    assert there_and_back(browser_of(desk.app), provider).status_code == 503
    assert desk.count("session") == 0


def inside(look_up):
    """Let one name lead to this machine."""

    def found(host, *args, **options):
        return look_up("127.0.0.1" if host == "sso.agency.example" else host, *args, **options)

    return found


def tables():
    return [*Base.metadata.sorted_tables, *kit.sorted_tables]
