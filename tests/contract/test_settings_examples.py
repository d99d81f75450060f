"""`.env.example` names every setting of every service and whatever else the command reads, and nothing else."""

import dataclasses
import re
from pathlib import Path

import click

from caravan import cli, discovery
from caravan.client import SERVICES

EXAMPLE = (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8").splitlines()
READ_WITHOUT_OPTION = {"CARAVAN_BROKER_API_URL", "CARAVAN_TOKEN", *(f"{name.upper()}_URL" for name in SERVICES)}


def settings():
    services = discovery.services()
    return {field.name for service in services.values() for field in dataclasses.fields(service.settings)}


def read_by_options(command):
    own = {option.envvar for option in command.params if isinstance(option.envvar, str)}
    return own.union(*map(read_by_options, below(command)))


def below(command):
    context = click.Context(command)
    names = command.list_commands(context) if isinstance(command, click.Group) else ()
    return [command.get_command(context, name) for name in names]


def test_example_names_every_setting_and_nothing_else():
    shown = {line.split("=")[0].split("_", 1)[1].lower() for line in EXAMPLE if line and not line.startswith("#")}

    assert shown == settings()


def test_example_names_in_comments_what_the_command_reads_beside_settings():
    shown = {match[1] for line in EXAMPLE if (match := re.match(r"# ([A-Z_]+)=", line))}

    read = read_by_options(cli.main)
    also_settings = {f"CARAVAN_{name.upper()}" for name in settings()}
    assert shown == (read | READ_WITHOUT_OPTION) - also_settings
