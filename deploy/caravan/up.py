"""`caravan up`: every service in one process, under one origin."""

import os
from collections.abc import Mapping
from pathlib import Path

import click

from caravan import at_hand, discovery
from caravan.installing import install
from caravan.ports import LOOPBACK, require_free
from caravan.safety import require_safe
from caravan.web import Server
from servicekit import logs

PORT = click.IntRange(1, 65535)


def environment(data: Path, port: int, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with a default for each thing that `up` can choose by itself."""
    return {"CARAVAN_PUBLIC_URL": f"http://{LOOPBACK}:{port}"} | at_hand.environment(data, environ)


@click.command("up")
@click.option(
    "--host", default=LOOPBACK, show_default=True, help="Another one only behind TLS: CARAVAN_PUBLIC_URL must be https."
)
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
    require_free(port)
    if "CARAVAN_SECRET_KEY" not in os.environ and "CARAVAN_SECRET_KEY_FILE" not in os.environ:
        at_hand.make_secret(data.resolve())
    environ = environment(data.resolve(), port, os.environ)
    chosen = list(discovery.services().values())
    runtimes = discovery.runtimes(chosen, environ)
    require_safe(runtimes, host)
    logs.configure(runtimes[0].settings.log_level, log_file)
    for runtime in runtimes:
        install(runtime)
        runtime.database.close()
    click.echo(f"Caravan is at http://{host}:{port}/ (end it with Ctrl-C)")
    click.echo("Sign in: `caravan admin create EMAIL`, beside it, prints the first administrator's link.")
    Server(lambda: discovery.runtimes(chosen, environ), f"{host}:{port}", workers=1, threads=16, with_worker=True).run()
