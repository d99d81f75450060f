"""The `caravan` command."""

import click

from caravan.lazy import LazyGroup

COMMANDS = {
    "up": "caravan.up:up_command",
    "demo": "caravan.demo:demo_command",
    "load": "caravan.load:load_command",
    "report": "caravan.report:report_command",
    "serve": "caravan.processes:serve_command",
    "work": "caravan.processes:work_command",
    "migrate": "caravan.migrate:migrate_command",
    "broker": "caravan.broker:broker_command",
    "events": "caravan.events:events_command",
    "doctor": "caravan.doctor:doctor_command",
    "top": "caravan.top:top_command",
}
"""Every command and where it stands, in the order of --help."""


@click.group(cls=LazyGroup, table=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="caravan")
def main() -> None:
    """Run business missions that regions make to one another.

    Begin with `caravan demo`: it plays a whole mission and leaves it running to look at.
    """
