"""The instance on this machine: services named by the environment, else those in the data folder of `caravan up`."""

import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from caravan import discovery
from caravan.ports import LOOPBACK
from servicekit.service import Runtime, Service

DATA = Path("var")
DEFAULT_PORT = 8000
SECRET_FILE = "secret.key"  # noqa: S105  # the name of a file

data_option = click.option(
    "--data", type=click.Path(path_type=Path), default=DATA, envvar="CARAVAN_DATA", show_default=True
)
"""The data folder of the instance, for commands that look into it."""


def environment(data: Path, environ: Mapping[str, str], port: int = DEFAULT_PORT) -> dict[str, str]:
    """Return the environment, with the settings of `caravan up` for what it leaves open.

    Args:
        data: The data folder: a SQLite database for each service, the mailbox, the secret key.
        environ: The environment.
        port: The port of `caravan up`, for the default of CARAVAN_PUBLIC_URL.

    Raises:
        click.UsageError: one database is set for all services.

    """
    if {"CARAVAN_DATABASE_URL", "CARAVAN_DATABASE_URL_FILE"} & environ.keys():
        raise click.UsageError("each service has a database of its own: set REGISTRATION_DATABASE_URL and so on")
    defaults = {f"{name.upper()}_DATABASE_URL": f"sqlite:///{data / name}.db" for name in discovery.services()}
    defaults["CARAVAN_MAILBOX_DIR"] = str(data / "mailbox")
    defaults["CARAVAN_TOMBSTONES_FILE"] = str(data.with_name(f"{data.name}.tombstones"))
    if "CARAVAN_SECRET_KEY" not in environ and (data / SECRET_FILE).is_file():
        defaults["CARAVAN_SECRET_KEY_FILE"] = str(data / SECRET_FILE)
    usable = {name: value for name, value in defaults.items() if f"{name}_FILE" not in environ}
    return {"CARAVAN_PUBLIC_URL": f"http://{LOOPBACK}:{port}"} | usable | dict(environ)


def create_secret_key(data: Path) -> None:
    """Write the secret key of the instance into its data folder, readable by the owner only, unless it has one."""
    data.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(data / SECRET_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48) + "\n")


def existing_runtimes(services: Sequence[Service], data: Path) -> tuple[list[Runtime], list[str]]:
    """Assemble the services whose databases exist; return them and the names of the others."""
    return discovery.existing_runtimes(services, environment(data.resolve(), os.environ))


def runtime_of(name: str, data: Path | None = None, environ: Mapping[str, str] = os.environ) -> Runtime:
    """Return a service of this instance, for an operator's command.

    Args:
        name: The service.
        data: The data folder; that of CARAVAN_DATA, or `var`, if not given.
        environ: The environment.

    Raises:
        click.ClickException: its database does not exist.

    """
    folder = data or Path(environ.get("CARAVAN_DATA", DATA)).resolve()
    runtimes, missing = discovery.existing_runtimes([discovery.service(name)], environment(folder, environ))
    if missing:
        raise click.ClickException(f"{name} is not installed yet: begin with `caravan migrate` or `caravan up`")
    return runtimes[0]
