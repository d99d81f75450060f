import pytest

from notifications.mail.smtp_connection import Security
from notifications.settings import Settings
from servicekit.settings import SettingsError, from_env

DATABASE = {"NOTIFICATIONS_DATABASE_URL": "sqlite:///notifications.db"}


def settings(**values):
    return from_env(Settings, "notifications", DATABASE | {f"NOTIFICATIONS_{k}".upper(): v for k, v in values.items()})


def test_mail_server_is_read_from_its_address():
    server = settings(smtp_url="smtp+starttls://caravan:s%40crt@mail.example", smtp_timeout_seconds="7").mail_server

    assert (server.host, server.port, server.security) == ("mail.example", 587, Security.STARTTLS)
    assert (server.username, server.password, server.timeout_seconds) == ("caravan", "s@crt", 7)


@pytest.mark.parametrize(
    ("url", "port"), [("smtp://mail.example", 25), ("smtps://mail.example", 465), ("smtps://mail.example:1465", 1465)]
)
def test_port_follows_the_scheme_unless_given(url, port):
    assert settings(smtp_url=url).mail_server.port == port


@pytest.mark.parametrize(
    "url", ["mail.example:25", "http://mail.example", "smtp://", "smtp://u:p@mail.example", "smtps://mail.example:x"]
)
def test_bad_address_of_a_mail_server_stops_the_start(url):
    with pytest.raises(SettingsError, match="NOTIFICATIONS_SMTP_URL"):
        settings(smtp_url=url)


def test_bad_sender_address_stops_the_start():
    with pytest.raises(SettingsError, match="NOTIFICATIONS_SENDER_ADDRESS"):
        settings(sender_address="nobody")


def test_password_is_not_shown():
    assert "secret" not in repr(settings(smtp_url="smtps://caravan:secret@mail.example"))


@pytest.mark.parametrize(
    ("url", "host", "is_refused"),
    [("", "0.0.0.0", True), ("", "127.0.0.1", False), ("smtp://mail.example", "0.0.0.0", False)],
)
def test_mailbox_on_disk_is_refused_on_other_addresses_than_the_machines_own(url, host, is_refused):
    refusal = settings(smtp_url=url).refusal_of(host)

    assert (refusal is not None) is is_refused
