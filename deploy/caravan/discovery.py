"""Find the installed services by the entry-point group `caravan.services`, and assemble them."""

import os
from collections.abc import Mapping, Sequence
from importlib.metadata import entry_points
from pathlib import Path

import click
from sqlalchemy import make_url

from servicekit.service import Runtime, Service, assemble
from servicekit.settings import SettingsError, from_env

GROUP = "caravan.services"


def services() -> dict[str, Service]:
    """Return every installed service by name, those of other packages included."""
    return {found.name: found.load() for found in sorted(entry_points(group=GROUP), key=lambda point: point.name)}


def service(name: str) -> Service:
    """Return the service of that name.

    Raises:
        click.BadParameter: no such service is installed.

    """
    found = services()
    if name not in found:
        raise click.BadParameter(f"there is no service {name!r}; installed: {', '.join(found)}")
    return found[name]


def runtimes(chosen: Sequence[Service], environ: Mapping[str, str] | None = None) -> list[Runtime]:
    """Assemble services; exit with 2, printing every invalid setting, if some are invalid."""
    assembled, errors = [], []
    for declared in chosen:
        try:
            assembled.append(assemble(declared, os.environ if environ is None else environ))
        except SettingsError as error:
            errors += error.culprits
    if errors:
        for message in errors:
            click.echo(f"caravan: {message}", err=True)
        raise SystemExit(2)
    return assembled


def existing_runtimes(chosen: Sequence[Service], environ: Mapping[str, str]) -> tuple[list[Runtime], list[str]]:
    """Assemble the services whose databases exist; return them and the names of the others.

    Opening a missing SQLite file would create it, so commands that only read use this.
    """
    missing = [declared.name for declared in chosen if _lacks_database_file(declared, environ)]
    return runtimes([declared for declared in chosen if declared.name not in missing], environ), missing


def _lacks_database_file(declared: Service, environ: Mapping[str, str]) -> bool:
    try:
        url = make_url(from_env(declared.settings, declared.name, environ).database_url)
    except SettingsError:  # reported when the services are assembled
        return False
    return url.get_backend_name() == "sqlite" and not Path(url.database or "").exists()
