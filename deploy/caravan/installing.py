"""Install a service, and say in one line what it lacks."""

import click
from sqlalchemy.exc import DBAPIError

from servicekit import bus, installation
from servicekit.runtime import Runtime
from servicekit.tombstones import SpoiltFileError


def install(runtime: Runtime) -> None:
    """Bring a service to its newest tables and make its queue.

    Raises:
        click.ClickException: its database or its broker cannot be used.

    """
    name = runtime.service.name
    try:
        installation.install(runtime)
    except DBAPIError as error:
        raise click.ClickException(f"{name}: the database cannot be used: {_in_one_line(error.orig)}") from error
    except bus.ERRORS as error:
        raise click.ClickException(f"{name}: the broker cannot be used: {_in_one_line(error)}") from error
    except SpoiltFileError as error:
        raise click.ClickException(f"{name}: {error}") from error


def _in_one_line(error: BaseException | None) -> str:
    return " ".join(str(error).split())
