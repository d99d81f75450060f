"""`caravan restore`: after a back-up was put back, forget again whoever was forgotten since."""

import logging
import os
from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError

from caravan import discovery
from caravan.up import environment
from servicekit import logs, migrations, restoring
from servicekit.runtime import Runtime
from servicekit.tombstones import SpoiltFileError

log = logging.getLogger(__name__)

NO_FILE = "CARAVAN_TOMBSTONES_FILE names no file, so nobody knows whom the back-up brings back"


@click.command("restore")
@click.argument("service", nargs=-1)
@click.option("--data", type=click.Path(path_type=Path), default=Path("var"), envvar="CARAVAN_DATA", show_default=True)
def restore_command(service: tuple[str, ...], data: Path) -> None:
    """Make the databases of each SERVICE (all of them if none is named) fit to start after a restore.

    Put the back-up back first, with the tools of the database, while nothing works. Then this
    brings it to the newest tables and forgets everybody again whom CARAVAN_TOMBSTONES_FILE
    names. Every start does the same; this says what was done before anything is answered.
    """
    logs.configure("ERROR")
    chosen = [discovery.service(name) for name in service] or list(discovery.services().values())
    runtimes, missing = discovery.installed(chosen, environment(data.resolve(), 8000, os.environ))
    if missing:
        raise click.ClickException(f"{missing[0]}: its database is not there: put the back-up back first")
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


def before_start(runtime: Runtime) -> None:
    """Forget again whom a restored database has brought back; where it is away or old, its next start does.

    Raises:
        click.ClickException: the file of tombstones cannot be read: somebody who was forgotten may stand in it.

    """
    try:
        restoring.reconcile(runtime)
    except SpoiltFileError as error:
        raise click.ClickException(f"{runtime.service.name}: {error}") from error
    except DBAPIError:
        log.warning("tombstones wait for the database")
    finally:
        runtime.database.close()
