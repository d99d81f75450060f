"""What a provider of sign-ins says of itself and must not be believed; 131 is the number of the hostile inputs."""

import socket
from urllib.parse import urlsplit

import pytest
from urllib3.util import connection

import oidc_provider
from browsers import browser_of
from builders.registration import a_desk
from oidc_visits import LEAVE, there_and_back
from servicekit.web import outgoing


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
    monkeypatch.setattr(outgoing, "PORTS", (port,))
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


def test_131_long_metadata_are_not_read_to_the_end(provider, sqlite_runtime_of):
    provider.about = {"padding": "x" * 300_000}
    desk = a_desk(sqlite_runtime_of, oidc=provider.toml(client_id="long"))

    assert browser_of(desk.app).page(LEAVE).status_code == 503


def inside(look_up):
    """Let one name lead to this machine."""

    def found(host, *args, **options):
        return look_up("127.0.0.1" if host == "sso.agency.example" else host, *args, **options)

    return found
