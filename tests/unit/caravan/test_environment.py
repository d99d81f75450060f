"""The environment of `caravan up` and of the commands that use its data."""

from pathlib import Path

import click
import pytest

from caravan.cli import main
from caravan.local_instance import environment
from caravan.secret_files import read_secret


def test_setting_that_stands_in_a_file_is_not_overridden_by_what_up_would_choose():
    said = {"MATCHING_DATABASE_URL_FILE": "/run/secrets/matching"}

    environ = environment(Path("/data"), said)

    assert "MATCHING_DATABASE_URL" not in environ
    assert environ["REGISTRATION_DATABASE_URL"] == "sqlite:////data/registration.db"


@pytest.mark.parametrize("name", ["CARAVAN_DATABASE_URL", "CARAVAN_DATABASE_URL_FILE"])
def test_one_database_for_all_services_is_refused(name):
    with pytest.raises(click.UsageError):
        environment(Path("/data"), {name: "x"})


def test_login_of_the_broker_may_stand_in_a_file(tmp_path):
    (tmp_path / "login").write_text("http://admin:hush@127.0.0.1:15672\n")

    assert (
        read_secret("CARAVAN_BROKER_API_URL", {"CARAVAN_BROKER_API_URL_FILE": str(tmp_path / "login")})
        == "http://admin:hush@127.0.0.1:15672"
    )


def test_140_file_that_is_not_there_is_named_with_its_setting(tmp_path):
    with pytest.raises(click.UsageError, match="CARAVAN_BROKER_API_URL_FILE: No such file"):
        read_secret("CARAVAN_BROKER_API_URL", {"CARAVAN_BROKER_API_URL_FILE": str(tmp_path / "none")})


def test_password_on_the_command_line_is_refused_and_not_repeated(monkeypatch, capsys):
    monkeypatch.setenv("CARAVAN_BROKER_API_URL", "http://127.0.0.1:9")

    with pytest.raises(SystemExit) as ended:
        main(["broker", "list", "--address", "amqp://guest:hush@127.0.0.1/x"])

    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert "leave the login out" in said and "hush" not in said
