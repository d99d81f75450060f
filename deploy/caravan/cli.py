"""The `caravan` command."""

import os
from importlib.metadata import entry_points

import click

from caravan import local_instance
from caravan.lazy_group import LazyGroup

GROUP = "caravan.commands"
COMMANDS = {
    "up": "caravan.serving.commands:up_command",
    "demo": "caravan.demo.command:demo_command",
    "load": "caravan.scenario.loader:load_command",
    "report": "caravan.report.command:report_command",
    "serve": "caravan.serving.commands:serve_command",
    "work": "caravan.serving.commands:work_command",
    "migrate": "caravan.database_commands:migrate_command",
    "restore": "caravan.database_commands:restore_command",
    "broker": "caravan.broker:broker_command",
    "events": "caravan.events:events_command",
    "doctor": "caravan.doctor:doctor_command",
    "top": "caravan.top.command:top_command",
}
"""Each command and its module, in the order of --help."""


def _service_commands() -> dict[str, str]:
    """Return the commands of the installed services, such as `admin`."""
    return {point.name: point.value for point in sorted(entry_points(group=GROUP))}


@click.group(
    cls=LazyGroup,
    targets=COMMANDS,
    more_targets=_service_commands,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="caravan")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Run business missions that regions make to one another.

    Begin with `caravan demo`: it plays a whole mission and leaves it running to look at.
    """
    ctx.obj = local_instance.runtime_of


def run() -> None:
    """Run the command; files that it creates, databases above all, are readable by their owner only."""
    os.umask(0o077)
    main()
