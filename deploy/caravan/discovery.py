"""Find the services of this installation: whatever announces itself under `caravan.services`."""

import os
from collections.abc import Mapping, Sequence
from importlib.metadata import entry_points

import click

from servicekit.runtime import Runtime, assemble
from servicekit.service import Service
from servicekit.settings import SettingsError

GROUP = "caravan.services"


def services() -> dict[str, Service]:
    """Return every installed service by its name, ours and strangers' alike."""
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
    """Assemble services, or name every bad setting and exit with 2."""
    made, culprits = [], []
    for declared in chosen:
        try:
            made.append(assemble(declared, os.environ if environ is None else environ))
        except SettingsError as error:
            culprits += error.culprits
    if culprits:
        for culprit in culprits:
            click.echo(f"caravan: {culprit}", err=True)
        raise SystemExit(2)
    return made
