"""`caravan migrate`: install services: tables, queue, and word of it to the others."""

import click

from caravan import discovery
from caravan.installing import install
from servicekit import logs


@click.command("migrate")
@click.argument("service", nargs=-1)
def migrate_command(service: tuple[str, ...]) -> None:
    """Bring each SERVICE (all of them if none is named) to its newest tables and make its queue.

    Do it for every service before the first one serves: a service hears what happens from
    then on, and reads in the history what came before.
    """
    found = discovery.services()
    for name in service or found:
        (runtime,) = discovery.runtimes([discovery.service(name)])
        logs.configure("WARNING")
        install(runtime)
        click.echo(f"{name}: installed")
