"""`caravan up`: every service in one process, under one origin."""

import os
from collections.abc import Mapping
from pathlib import Path

import click

from caravan import discovery
from caravan.installing import install
from caravan.ports import LOOPBACK, require_free
from caravan.web import Server
from servicekit import logs

PORT = click.IntRange(1, 65535)
WHY_LOOPBACK = (
    "caravan up listens on 127.0.0.1 alone: there is no sign-in yet, so whoever reaches it may do everything."
)


def environment(data: Path, port: int, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with a default for each thing that `up` can choose by itself."""
    chosen = {
        "CARAVAN_PUBLIC_URL": f"http://{LOOPBACK}:{port}",
        "CARAVAN_MAILBOX_DIR": str(data / "mailbox"),
    }
    for name in discovery.services():
        chosen[f"{name.upper()}_DATABASE_URL"] = f"sqlite:///{data / name}.db"
    if "CARAVAN_DATABASE_URL" in environ:
        raise click.UsageError("each service has a database of its own: set REGISTRATION_DATABASE_URL and so on")
    return chosen | dict(environ)


@click.command("up")
@click.option("--host", default=LOOPBACK, show_default=True, help="Only 127.0.0.1, until there is sign-in.")
@click.option("--port", type=PORT, default=8000, show_default=True, envvar="CARAVAN_PORT")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("var"),
    show_default=True,
    envvar="CARAVAN_DATA",
    help="Folder of the SQLite databases and of the mailbox.",
)
@click.option("--log-file", type=click.Path(dir_okay=False), help="Where logs go; standard error if not given.")
def up_command(host: str, port: int, data: Path, log_file: str | None) -> None:
    """Run all services in one process.

    Without further settings they keep their data in SQLite files, carry events between each
    other without a broker and put mail in a mailbox on disk. REGISTRATION_DATABASE_URL and
    its like move a service to PostgreSQL; REGISTRATION_BROKER_URL and its like, for all
    services, put the events on RabbitMQ.
    """
    if host != LOOPBACK:
        click.echo(f"caravan: {WHY_LOOPBACK}", err=True)
        raise SystemExit(2)
    require_free(port)
    environ = environment(data.resolve(), port, os.environ)
    chosen = list(discovery.services().values())
    runtimes = discovery.runtimes(chosen, environ)
    logs.configure(runtimes[0].settings.log_level, log_file)
    for runtime in runtimes:
        install(runtime)
        runtime.database.close()
    click.echo(f"Caravan is at http://{LOOPBACK}:{port}/ (end it with Ctrl-C)")
    click.echo(WHY_LOOPBACK)
    Server(
        lambda: discovery.runtimes(chosen, environ), f"{LOOPBACK}:{port}", workers=1, threads=16, with_worker=True
    ).run()
