from dataclasses import dataclass

import pytest

from servicekit.settings import Settings, SettingsError, from_env


@dataclass(frozen=True, kw_only=True)
class MailSettings(Settings):
    smtp_password: str
    limit: int = 5


ENOUGH = {"MAIL_DATABASE_URL": "sqlite:///x", "MAIL_SMTP_PASSWORD": "s"}


def test_own_setting_wins_over_the_common_one():
    settings = from_env(MailSettings, "mail", ENOUGH | {"CARAVAN_LIMIT": "6", "MAIL_LIMIT": "7"})

    assert settings.limit == 7


def test_common_setting_serves_every_service():
    settings = from_env(MailSettings, "mail", ENOUGH | {"CARAVAN_HOMES": "RU-KLU, RU-KYA"})

    assert settings.homes == ("RU-KLU", "RU-KYA")


def test_secret_may_stand_in_a_file(tmp_path):
    (tmp_path / "secret").write_text("quiet\n")
    environ = {"MAIL_DATABASE_URL": "sqlite:///x", "MAIL_SMTP_PASSWORD_FILE": str(tmp_path / "secret")}

    assert from_env(MailSettings, "mail", environ).smtp_password == "quiet"


def test_every_culprit_is_named_and_no_secret_is_shown():
    environ = {"MAIL_SMTP_PASSWORD": "hush", "MAIL_LIMIT": "many", "CARAVAN_MOVABLE_CLOCK": "perhaps"}

    with pytest.raises(SettingsError) as refusal:
        from_env(MailSettings, "mail", environ)

    assert refusal.value.culprits == [
        "MAIL_DATABASE_URL is not set",
        "CARAVAN_MOVABLE_CLOCK: is neither true nor false",
        "MAIL_LIMIT: is no number",
    ]


def test_missing_secret_file_is_a_culprit(tmp_path):
    environ = {"MAIL_DATABASE_URL": "sqlite:///x", "MAIL_SMTP_PASSWORD_FILE": str(tmp_path / "none")}

    with pytest.raises(SettingsError) as refusal:
        from_env(MailSettings, "mail", environ)

    assert refusal.value.culprits[0].startswith("MAIL_SMTP_PASSWORD: ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAIL_DATABASE_URL", "foo"),
        ("MAIL_DATABASE_URL", "mysql://x/y"),
        ("CARAVAN_LOG_LEVEL", "LOUD"),
        ("CARAVAN_BROKER_URL", "nonsense"),
        ("CARAVAN_BROKER_HEARTBEAT_SECONDS", "-5"),
        ("CARAVAN_PUBLIC_URL", "notaurl"),
        ("CARAVAN_PACKS_DIR", "/nonexistent"),
        ("CARAVAN_PROXY_HOPS", "-1"),
        ("CARAVAN_RATE_LIMIT", "many"),
    ],
)
def test_value_that_cannot_be_worked_with_is_a_culprit(name, value):
    with pytest.raises(SettingsError) as refusal:
        from_env(MailSettings, "mail", {"MAIL_SMTP_PASSWORD": "s", "MAIL_DATABASE_URL": "sqlite:///x"} | {name: value})

    assert refusal.value.culprits[0].startswith(name.replace("CARAVAN_", "MAIL_"))


def test_secret_beside_a_file_of_another_is_taken_from_where_it_stands(tmp_path):
    (tmp_path / "common").write_text("common")
    environ = ENOUGH | {"CARAVAN_SMTP_PASSWORD_FILE": str(tmp_path / "common")}

    assert from_env(MailSettings, "mail", environ).smtp_password == "s"
