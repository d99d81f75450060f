"""The databases of the installed services, for commands that read several of them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from caravan import discovery
from caravan.local_instance import existing_runtimes
from servicekit import migrations
from servicekit.service import Runtime
from servicekit.telemetry import logs


class ServiceDatabases:
    """The databases of several services; one that cannot be used is reported on standard error and skipped."""

    def __init__(self, runtimes: Sequence[Runtime], missing: Sequence[str]) -> None:
        self._runtimes = {runtime.service.name: runtime for runtime in runtimes}
        self.is_complete = True
        for name in missing:
            self._report_unavailable(name, not_installed_message(name))

    def sessions(self) -> Iterator[tuple[Runtime, Session]]:
        """Yield each usable service with a session for reading its database."""
        for name, runtime in self._runtimes.items():
            try:
                if migrations.is_at_head(runtime):
                    with runtime.database.read() as session:
                        yield runtime, session
                else:
                    self._report_unavailable(name, not_installed_message(name))
            except DBAPIError as error:
                self._report_unavailable(name, f"the database does not answer: {str(error.orig).strip()}")

    @contextmanager
    def write(self, name: str) -> Iterator[Session]:
        """Open a transaction in the database of a service.

        Raises:
            click.ClickException: the database does not answer.

        """
        try:
            with self._runtimes[name].database.write() as session:
                yield session
        except DBAPIError as error:
            raise click.ClickException(f"{name}: the database does not answer: {str(error.orig).strip()}") from error

    def close(self) -> None:
        """Close all connections."""
        for runtime in self._runtimes.values():
            runtime.database.close()

    def _report_unavailable(self, name: str, cause: str) -> None:
        self.is_complete = False
        click.echo(f"{name}: {cause}", err=True)


def not_installed_message(name: str) -> str:
    """Return the message for a service without tables, or with older ones."""
    return f"is not installed: run `caravan migrate {name}` first"


@contextmanager
def open_databases(service: str | None, data: Path) -> Iterator[ServiceDatabases]:
    """Open the databases of one service, or of all; exit with 1 at the end if one could not be used."""
    logs.configure("CRITICAL")
    chosen = [discovery.service(service)] if service else list(discovery.services().values())
    databases = ServiceDatabases(*existing_runtimes(chosen, data))
    try:
        yield databases
    finally:
        databases.close()
    if not databases.is_complete:
        raise SystemExit(1)
