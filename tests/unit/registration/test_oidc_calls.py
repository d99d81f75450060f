"""Where a provider of sign-ins may lead."""

import pytest

from registration.identity.oidc import client
from registration.identity.oidc.providers import Provider


def a_provider(issuer):
    return Provider(key="x", issuer=issuer, client_id="c", names={}, region="RU-KLU", domains=())


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/x",
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://[::1]/x",
        "http://169.254.169.254/x",
        "https://169.254.169.254/x",
        "https://10.0.0.7/x",
        "https://0x7f.1/x",
        "https://intranet/x",
        "https://sso.agency.example:6379/x",
        "http://sso.agency.example/x",
        "https://sso.agency.example@127.0.0.1/x",
        "",
    ],
)
def test_131_public_provider_leads_nowhere_inside(address):
    assert not client.may_be_called(a_provider("https://sso.agency.example"), address)


@pytest.mark.parametrize(
    ("issuer", "address"),
    [
        ("https://sso.agency.example", "https://sso.agency.example/token"),
        ("https://sso.agency.example", "https://keys.example.org/keys"),
        ("https://10.0.0.7:9443/realm", "https://10.0.0.7:9443/realm/token"),
        ("http://localhost:8080", "http://127.0.0.1:8081/token"),
    ],
)
def test_provider_leads_to_its_own_origin_and_to_the_open_internet(issuer, address):
    assert client.may_be_called(a_provider(issuer), address)


@pytest.mark.parametrize("issuer", ["http://localhost:8080", "https://10.0.0.7:9443"])
def test_131_provider_of_the_inside_leads_to_nothing_else_there(issuer):
    assert not client.may_be_called(a_provider(issuer), "https://10.0.0.8:9443/x")
    assert not client.may_be_called(a_provider(issuer), "http://169.254.169.254/latest")


@pytest.mark.parametrize("address", ["http://sso.agency.example/x", "http://127.0.0.1/x", "javascript:alert(1)", ""])
def test_131_nobody_is_sent_to_a_provider_in_the_clear(address):
    assert not client.may_be_opened(a_provider("https://sso.agency.example"), address)
