"""The databases of the installed services, as a command that looks into several of them meets them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from caravan import discovery
from caravan.local_instance import existing_runtimes
from servicekit import logs, migrations
from servicekit.runtime import Runtime


class ServiceDatabases:
    """Services of this installation; one that is away is named, and the others go on."""

    def __init__(self, runtimes: Sequence[Runtime], missing: Sequence[str]) -> None:
        self._runtimes = {runtime.service.name: runtime for runtime in runtimes}
        self.is_complete = True
        for name in missing:
            self._report_unavailable(name, not_installed_message(name))

    def sessions(self) -> Iterator[tuple[Runtime, Session]]:
        """Give a session for looking into each database that is there."""
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
        """Give a transaction in the database of a service."""
        try:
            with self._runtimes[name].database.write() as session:
                yield session
        except DBAPIError as error:
            raise click.ClickException(f"{name}: the database does not answer: {str(error.orig).strip()}") from error

    def close(self) -> None:
        """Give all connections back."""
        for runtime in self._runtimes.values():
            runtime.database.close()

    def _report_unavailable(self, name: str, cause: str) -> None:
        self.is_complete = False
        click.echo(f"{name}: {cause}", err=True)


def not_installed_message(name: str) -> str:
    """Say what is wrong with a service that has no tables, or not the newest, and what to do about it."""
    return f"is not installed: run `caravan migrate {name}` first"


@contextmanager
def open_databases(service: str | None, data: Path) -> Iterator[ServiceDatabases]:
    """Open the databases of one service or of all; exit with 1 at the end if one was away."""
    logs.configure("CRITICAL")
    chosen = [discovery.service(service)] if service else list(discovery.services().values())
    databases = ServiceDatabases(*existing_runtimes(chosen, data))
    try:
        yield databases
    finally:
        databases.close()
    if not databases.is_complete:
        raise SystemExit(1)
