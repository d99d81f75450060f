"""The `caravan` command."""

import os
from importlib.metadata import entry_points

import click

from caravan import at_hand
from caravan.lazy import LazyGroup

GROUP = "caravan.commands"
COMMANDS = {
    "up": "caravan.up:up_command",
    "demo": "caravan.demo:demo_command",
    "load": "caravan.load:load_command",
    "report": "caravan.report:report_command",
    "serve": "caravan.processes:serve_command",
    "work": "caravan.processes:work_command",
    "migrate": "caravan.migrate:migrate_command",
    "restore": "caravan.restore:restore_command",
    "broker": "caravan.broker:broker_command",
    "events": "caravan.events:events_command",
    "doctor": "caravan.doctor:doctor_command",
    "top": "caravan.top:top_command",
}
"""Every command and where it stands, in the order of --help."""


def _of_services() -> dict[str, str]:
    """Return the commands that services bring, as `admin`."""
    return {point.name: point.value for point in sorted(entry_points(group=GROUP))}


@click.group(cls=LazyGroup, table=COMMANDS, more=_of_services, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="caravan")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Run business missions that regions make to one another.

    Begin with `caravan demo`: it plays a whole mission and leaves it running to look at.
    """
    ctx.obj = at_hand.runtime_of


def run() -> None:
    """Run the command as a process of its own: what it writes is for its own user alone, databases above all."""
    os.umask(0o077)
    main()
