"""`caravan up` runs all services in one process; `caravan serve` and `caravan work` are the two processes of one."""

import os
import signal
import threading
from collections.abc import Sequence
from pathlib import Path

import click

from caravan import discovery
from caravan.database_commands import apply_tombstones, install
from caravan.local_instance import DATA, DEFAULT_PORT, create_secret_key, environment
from caravan.ports import LOOPBACK, require_free
from caravan.serving.server import Server
from servicekit.operations.monitor import Monitor
from servicekit.service import Runtime
from servicekit.telemetry import logs
from servicekit.web import authentication
from servicekit.worker import Worker


@click.command("up")
@click.option(
    "--host", default=LOOPBACK, show_default=True, help="Another one only behind TLS: CARAVAN_PUBLIC_URL must be https."
)
@click.option("--port", type=click.IntRange(1, 65535), default=DEFAULT_PORT, show_default=True, envvar="CARAVAN_PORT")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=DATA,
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
        create_secret_key(data.resolve())
    environ = environment(data.resolve(), os.environ, port)
    chosen = list(discovery.services().values())
    runtimes = discovery.runtimes(chosen, environ)
    require_safe_settings(runtimes, host)
    logs.configure(runtimes[0].settings.log_level, log_file)
    for runtime in runtimes:
        install(runtime)
        runtime.database.close()
    click.echo(f"Caravan is at http://{host}:{port}/ (end it with Ctrl-C)")
    click.echo("Sign in: `caravan admin create EMAIL`, beside it, prints the first administrator's link.")
    Server(lambda: discovery.runtimes(chosen, environ), f"{host}:{port}", workers=1, threads=16, with_worker=True).run()


@click.command("serve")
@click.argument("service")
@click.option("--host", default=LOOPBACK, show_default=True)
@click.option("--port", default=DEFAULT_PORT, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Processes.")
@click.option("--threads", default=8, show_default=True, help="Threads of each process.")
def serve_command(service: str, host: str, port: int, workers: int, threads: int) -> None:
    """Answer the requests of one SERVICE, under the prefix of its name.

    On another address than 127.0.0.1 something in front of it has to speak TLS.
    """
    declared = discovery.service(service)
    (runtime,) = discovery.runtimes([declared])
    logs.configure(runtime.settings.log_level)
    require_safe_settings([runtime], host)
    apply_tombstones(runtime)
    Server(
        lambda: discovery.runtimes([declared]), f"{host}:{port}", workers=workers, threads=threads, with_worker=False
    ).run()


@click.command("work")
@click.argument("service")
def work_command(service: str) -> None:
    """Do the work of one SERVICE behind its pages: events, schedules, tasks.

    Several may run; the broker and the database make one of them the active one. With
    NAME_MONITOR_PORT it answers /metrics and /health there.
    """
    (runtime,) = discovery.runtimes([discovery.service(service)])
    logs.configure(runtime.settings.log_level)
    apply_tombstones(runtime)
    worker, ended = Worker([runtime]), threading.Event()
    monitor = _monitor(runtime)
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: ended.set())
    worker.start()
    if monitor:
        monitor.start()
    ended.wait()
    worker.stop()
    if monitor:
        monitor.stop()
    runtime.close()


def _monitor(runtime: Runtime) -> Monitor | None:
    """Return the HTTP server for metrics and health of the worker; None where no port is set."""
    settings = runtime.settings
    if not settings.monitor_port:
        return None
    try:
        return Monitor(runtime)
    except OSError as error:
        cause = (error.strerror or str(error)).lower()
        raise click.ClickException(
            f"{settings.monitor_host}:{settings.monitor_port} cannot be used: {cause}"
        ) from error


def require_safe_settings(runtimes: Sequence[Runtime], host: str) -> None:
    """Exit with 2, naming every cause, if it is not safe to serve the services on an address."""
    causes = [cause for runtime in runtimes for cause in _unsafe_settings(runtime, host)]
    if causes:
        for cause in dict.fromkeys(causes):
            click.echo(f"caravan: {cause}", err=True)
        raise SystemExit(2)


def _unsafe_settings(runtime: Runtime, host: str) -> list[str]:
    name, settings = runtime.service.name.upper(), runtime.settings
    found = []
    if not settings.secret_key:
        found.append(f"CARAVAN_SECRET_KEY (or {name}_SECRET_KEY) is not set: 32 characters or more, in a file or here")
    if host not in {LOOPBACK, "localhost", "::1"} and not authentication.is_secure(settings):
        found.append(
            f"on {host} people sign in over https alone: put TLS in front, and set CARAVAN_PUBLIC_URL=https://…"
        )
    refusal = settings.refusal_of(host)
    return [*found, refusal] if refusal else found
