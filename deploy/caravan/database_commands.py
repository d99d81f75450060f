"""`caravan migrate` and `caravan restore`: bring the databases of services to a state in which they can start."""

import logging
from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError

from caravan import discovery
from caravan.local_instance import data_option, existing_runtimes
from servicekit import migrations
from servicekit.bus import broker, history
from servicekit.data.tombstones import SpoiltFileError
from servicekit.privacy import restoring
from servicekit.service import Runtime
from servicekit.telemetry import logs

log = logging.getLogger(__name__)

NO_FILE = "CARAVAN_TOMBSTONES_FILE is not set, so the people whom the back-up brings back are unknown"


@click.command("migrate")
@click.argument("service", nargs=-1)
def migrate_command(service: tuple[str, ...]) -> None:
    """Bring each SERVICE (all of them if none is named) to its newest tables and make its queue.

    Do it for every service before the first one serves: a service receives the events from
    then on, and reads earlier ones in the history.
    """
    for name in service or discovery.services():
        (runtime,) = discovery.runtimes([discovery.service(name)])
        logs.configure("WARNING")
        install(runtime)
        click.echo(f"{name}: installed")


def install(runtime: Runtime) -> None:
    """Migrate the database of a service and declare its queue.

    Raises:
        click.ClickException: its database or its broker cannot be used.

    """
    name = runtime.service.name
    try:
        history.install(runtime)
    except DBAPIError as error:
        raise click.ClickException(f"{name}: the database cannot be used: {_in_one_line(error.orig)}") from error
    except broker.ERRORS as error:
        raise click.ClickException(f"{name}: the broker cannot be used: {_in_one_line(error)}") from error
    except SpoiltFileError as error:
        raise click.ClickException(f"{name}: {error}") from error


def _in_one_line(error: BaseException | None) -> str:
    return " ".join(str(error).split())


@click.command("restore")
@click.argument("service", nargs=-1)
@data_option
def restore_command(service: tuple[str, ...], data: Path) -> None:
    """Make the databases of each SERVICE (all of them if none is named) fit to start after a restore.

    First restore the back-up with the tools of the database, while no service runs. Then this
    command migrates the database and erases again everybody whom CARAVAN_TOMBSTONES_FILE
    names. Every start does the same; this command prints what was done before any request is
    answered.
    """
    logs.configure("ERROR")
    chosen = [discovery.service(name) for name in service] or list(discovery.services().values())
    runtimes, missing = existing_runtimes(chosen, data)
    if missing:
        raise click.ClickException(f"{missing[0]}: its database does not exist: restore the back-up first")
    for runtime in runtimes:
        if not runtime.settings.tombstones_file:
            raise click.ClickException(NO_FILE)
        name = runtime.service.name
        try:
            migrations.upgrade(runtime)
            people = restoring.reconcile(runtime)
        except DBAPIError as error:
            raise click.ClickException(f"{name}: the database cannot be used: {error.orig}") from error
        except SpoiltFileError as error:
            raise click.ClickException(f"{name}: {error}") from error
        finally:
            runtime.database.close()
        click.echo(f"{name}: {people} forgotten again" if people else f"{name}: nobody to forget again")


def apply_tombstones(runtime: Runtime) -> None:
    """Erase again the people whom a restored database has brought back, before a process of the service starts.

    A database that is away or not migrated is left alone: the next start does it.

    Raises:
        click.ClickException: the file of tombstones cannot be read, so an erased person could reappear.

    """
    try:
        restoring.reconcile(runtime)
    except SpoiltFileError as error:
        raise click.ClickException(f"{runtime.service.name}: {error}") from error
    except DBAPIError:
        log.warning("tombstones wait for the database")
    finally:
        runtime.database.close()
