"""`caravan migrate`: install services: tables, queue, and word of it to the others."""

import click
from sqlalchemy.exc import DBAPIError

from caravan import discovery
from servicekit import bus, logs
from servicekit.installation import install


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
        try:
            install(runtime)
        except DBAPIError as error:
            raise click.ClickException(f"{name}: the database cannot be used: {_in_one_line(error.orig)}") from error
        except bus.ERRORS as error:
            raise click.ClickException(f"{name}: the broker cannot be used: {_in_one_line(error)}") from error
        click.echo(f"{name}: installed")


def _in_one_line(error: BaseException | None) -> str:
    return " ".join(str(error).split())
