"""The services at hand: those of the environment, or those that `caravan up` keeps in its folder."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

import click

from caravan import discovery
from servicekit.runtime import Runtime

DATA = Path("var")
SECRET_FILE = "secret.key"  # noqa: S105  # the name of a file


def environment(data: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with a default for each thing that stands in the folder of `caravan up`.

    Raises:
        click.UsageError: all services were given one database.

    """
    if {"CARAVAN_DATABASE_URL", "CARAVAN_DATABASE_URL_FILE"} & environ.keys():
        raise click.UsageError("each service has a database of its own: set REGISTRATION_DATABASE_URL and so on")
    chosen = {f"{name.upper()}_DATABASE_URL": f"sqlite:///{data / name}.db" for name in discovery.services()}
    chosen["CARAVAN_MAILBOX_DIR"] = str(data / "mailbox")
    chosen["CARAVAN_TOMBSTONES_FILE"] = str(data.with_name(f"{data.name}.tombstones"))
    if "CARAVAN_SECRET_KEY" not in environ and (data / SECRET_FILE).is_file():
        chosen["CARAVAN_SECRET_KEY_FILE"] = str(data / SECRET_FILE)
    return {name: value for name, value in chosen.items() if f"{name}_FILE" not in environ} | dict(environ)


def make_secret(data: Path) -> None:
    """Make the secret of an instance that has none yet, for its owner's eyes alone."""
    data.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(data / SECRET_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48) + "\n")


def runtime_of(name: str, data: Path | None = None, environ: Mapping[str, str] = os.environ) -> Runtime:
    """Return a service for an operator's command; the environment says where it is, else the folder of `caravan up`.

    Raises:
        click.ClickException: its database is not there yet.

    """
    folder = data or Path(environ.get("CARAVAN_DATA", DATA)).resolve()
    made, missing = discovery.installed([discovery.service(name)], environment(folder, environ))
    if missing:
        raise click.ClickException(f"{name} is not installed yet: begin with `caravan migrate` or `caravan up`")
    return made[0]
