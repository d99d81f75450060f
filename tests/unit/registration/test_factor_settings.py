import pytest

from registration.identity.oidc.providers import Providers
from registration.settings import SecondFactor, Settings
from servicekit.settings import SettingsError, from_env

TABLE = """
[kaluga]
issuer = "https://sso.agency.example"
client_id = "caravan"
names = { en = "Agency" }
region = "RU-KLU"
domains = ["Agency.example"]
"""
DATABASE = {"REGISTRATION_DATABASE_URL": "sqlite:///x.db"}


def test_second_factor_is_required_unless_the_operator_says_otherwise():
    found = [
        from_env(Settings, "registration", DATABASE | told).second_factor
        for told in ({}, {"REGISTRATION_SECOND_FACTOR": "offered"})
    ]

    assert found == [SecondFactor.REQUIRED, SecondFactor.OFFERED]


@pytest.mark.parametrize("told", ["", "none", "REQUIRED"])
def test_another_word_about_the_second_factor_stops_the_start(told):
    with pytest.raises(SettingsError, match="REGISTRATION_SECOND_FACTOR"):
        from_env(Settings, "registration", DATABASE | {"REGISTRATION_SECOND_FACTOR": told})


def test_providers_and_their_secrets_stand_in_files(tmp_path):
    (tmp_path / "secret").write_text("s3cret\n")
    (tmp_path / "oidc.toml").write_text(f'{TABLE}client_secret_file = "{tmp_path / "secret"}"')

    settings = from_env(Settings, "registration", DATABASE | {"REGISTRATION_OIDC_FILE": str(tmp_path / "oidc.toml")})

    provider = settings.oidc.all()["kaluga"]
    assert (provider.client_secret, provider.domains) == ("s3cret", ("agency.example",))
    assert "s3cret" not in repr(settings) + repr(provider)


@pytest.mark.parametrize(
    "text",
    [
        "[kaluga",
        "kaluga = 1",
        "[Kaluga!]",
        TABLE.replace("https", "http"),
        TABLE.replace('domains = ["Agency.example"]', ""),
        TABLE.replace('["Agency.example"]', "[]"),
        TABLE.replace('["Agency.example"]', '"agency.example"'),
        TABLE + "secret = 'x'",
        TABLE + "key = 'x'",
        TABLE + "client_secret_file = '/nowhere/at/all'",
        TABLE + TABLE.replace("kaluga", "omsk"),
    ],
)
def test_provider_that_cannot_be_trusted_stops_the_start(text):
    with pytest.raises((ValueError, OSError)):
        Providers(text)


@pytest.mark.parametrize(
    ("email", "is_vouched"),
    [
        ("o@agency.example", True),
        ("o@AGENCY.example", True),
        ("o@evil.agency.example", False),
        ("agency.example", False),
    ],
)
def test_provider_vouches_for_its_own_domains_alone(email, is_vouched):
    assert Providers(TABLE).all()["kaluga"].vouches_for(email) is is_vouched
