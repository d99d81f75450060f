import ssl

import pytest

from servicekit import settings

AMQPS = "amqps://user:p%40ss@broker.example:5671/caravan"


@pytest.fixture
def pem(tmp_path):
    file = tmp_path / "a file.pem"
    file.touch()
    return file


def test_amqp_speaks_no_tls():
    assert settings.broker_tls("amqp://user:x@host/caravan") is None


def test_amqps_verifies_the_server_and_its_name_whatever_else_is_said():
    asked = settings.broker_tls(AMQPS)

    assert asked["cert_reqs"] is ssl.CERT_REQUIRED
    assert asked["server_hostname"] == "broker.example"


def test_parameters_name_the_authority_and_our_own_certificate(pem):
    asked = settings.broker_tls(f"{AMQPS}?cacertfile=/a%20file.pem&certfile=c.pem&keyfile=k.pem")

    assert (asked["ca_certs"], asked["certfile"], asked["keyfile"]) == ("/a file.pem", "c.pem", "k.pem")


def test_client_sees_an_address_without_parameters():
    assert settings.plain_broker_url(f"{AMQPS}?cacertfile=ca.pem") == AMQPS


@pytest.mark.parametrize(
    ("address", "cause"),
    [
        ("http://host", "is no address"),
        ("amqp://", "is no address"),
        (f"{AMQPS}?verify=verify_none", "parameter verify"),
        (f"{AMQPS}?cacertfile=/nowhere.pem", "no file in cacertfile"),
        (f"{AMQPS}?cacertfile=", "no file in cacertfile"),
        (f"{AMQPS}?certfile={__file__}", "together"),
        (f"amqp://host/caravan?cacertfile={__file__}", "no TLS"),
    ],
)
def test_address_that_cannot_be_worked_with_is_refused(address, cause):
    assert cause in settings.broker_address_fault(address)


def test_good_addresses_have_no_fault(pem):
    addresses = ("amqp://host/caravan", AMQPS, f"{AMQPS}?cacertfile={pem.as_posix().replace(' ', '%20')}")

    assert [settings.broker_address_fault(address) for address in addresses] == [None, None, None]
