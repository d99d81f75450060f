"""The `caravan` command."""

from collections.abc import Sequence
from importlib import import_module

import click

COMMANDS = {
    "up": "caravan.up:up_command",
    "demo": "caravan.demo:demo_command",
    "load": "caravan.load:load_command",
    "report": "caravan.report:report_command",
    "serve": "caravan.processes:serve_command",
    "work": "caravan.processes:work_command",
    "migrate": "caravan.migrate:migrate_command",
    "broker": "caravan.broker:broker_command",
    "doctor": "caravan.doctor:doctor_command",
}
"""Every command and where it stands, in the order of --help."""


class Commands(click.Group):
    """Imports a command when it is asked for, so that --help comes at once."""

    def list_commands(self, ctx: click.Context) -> Sequence[str]:  # type: ignore[override]  # a list, too
        """Name the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="caravan")
def main() -> None:
    """Run business missions that regions make to one another.

    Begin with `caravan demo`: it plays a whole mission and leaves it running to look at.
    """
