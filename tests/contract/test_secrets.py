"""Secrets come by file or by environment: nobody can type one where all users of the machine read it."""

import dataclasses
import re
from pathlib import Path

import click
import pytest

from caravan import cli, discovery
from servicekit.settings import SettingsError, from_env

SECRET = re.compile(r"password|passphrase|token|secret|credential|(^|_)(keys?|codes?|pin)(_|$)")


def options_of(command):
    yield from command.params
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from options_of(command.get_command(context, name))


def takes_a_secret(option):
    names_a_file = (option.name or "").endswith("_file") or isinstance(option.type, click.Path | click.File)
    takes_nothing = isinstance(option, click.Option) and (option.is_flag or option.count)
    return bool(SECRET.search(option.name or "")) and not names_a_file and not takes_nothing


def test_no_option_of_the_command_takes_a_secret():
    options = list(options_of(cli.main))

    assert len(options) > 50
    assert [option.name for option in options if takes_a_secret(option)] == []


@pytest.mark.parametrize("name", ["--password", "--api-token", "--secret-key", "--key", "--code"])
def test_option_that_takes_a_secret_is_found(name):
    assert takes_a_secret(click.Option([name]))
    assert not takes_a_secret(click.Option([f"{name}-file"]))
    assert not takes_a_secret(click.Option([f"--new{name[1:]}"], is_flag=True))


@pytest.mark.parametrize(
    ("service", "field"),
    [(service, field) for service in discovery.services().values() for field in dataclasses.fields(service.settings)],
    ids=lambda value: value.name,
)
def test_140_every_setting_may_stand_in_a_file_and_is_quoted_in_no_refusal(service, field, tmp_path):
    file = tmp_path / "secret"
    file.write_text("hush://hush:hush@hush.example:99999999\n", encoding="utf-8")
    name = f"{service.name}_{field.name}".upper()
    environ = {f"{service.name.upper()}_DATABASE_URL": "sqlite:///x"}
    environ.pop(name, None)

    value, culprits = read(service, field.name, environ | {f"{name}_FILE": str(file)})

    assert "hush" in value or [culprit.partition(":")[0] for culprit in culprits] == [name]
    assert "hush" not in str(culprits)


def read(service, field, environ):
    try:
        return str(getattr(from_env(service.settings, service.name, environ), field)), []
    except SettingsError as refusal:
        return "", refusal.culprits


@pytest.mark.parametrize("service", discovery.services().values(), ids=lambda service: service.name)
def test_setting_that_is_named_like_a_secret_is_not_shown(service):
    secrets = [field for field in dataclasses.fields(service.settings) if SECRET.search(field.name)]

    assert [field.name for field in secrets if field.repr] == []


@pytest.mark.parametrize("service", discovery.services().values(), ids=lambda service: service.name)
def test_settings_show_no_password(service):
    prefix = service.name.upper()
    environ = {
        f"{prefix}_DATABASE_URL": "postgresql+psycopg://caravan:hush@127.0.0.1/x",
        f"{prefix}_BROKER_URL": "amqp://caravan:hush@127.0.0.1/x",
        f"{prefix}_SMTP_URL": "smtps://caravan:hush@127.0.0.1",
    }

    assert "hush" not in repr(from_env(service.settings, service.name, environ))


def test_what_the_documents_ask_of_the_api_is_asked_with_a_key_that_stands_in_a_file():
    root = Path(__file__).parents[2]
    found = [path for folder in ("docs", "deploy", "services") for path in (root / folder).rglob("*.md")]
    lines = [line.strip() for path in found for line in path.read_text(encoding="utf-8").splitlines()]
    asked = [line for line in lines if re.match(r"curl\b.*(/v1/|\$at)", line)]

    assert len(asked) > 4
    assert [line for line in asked if "-H @" not in line and "asyncapi.json" not in line] == []
