"""The two processes of a service: `caravan serve` answers requests, `caravan work` does the rest."""

import signal
import threading

import click

from caravan import discovery
from caravan.restore import before_start
from caravan.safety import require_safe
from caravan.web import Server
from servicekit import logs
from servicekit.monitor import Monitor
from servicekit.runtime import Runtime
from servicekit.worker import Worker


@click.command("serve")
@click.argument("service")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Processes.")
@click.option("--threads", default=8, show_default=True, help="Threads of each process.")
def serve_command(service: str, host: str, port: int, workers: int, threads: int) -> None:
    """Answer the requests of one SERVICE, under the prefix of its name.

    On another address than 127.0.0.1 something in front of it has to speak TLS.
    """
    declared = discovery.service(service)
    (runtime,) = discovery.runtimes([declared])
    logs.configure(runtime.settings.log_level)
    require_safe([runtime], host)
    before_start(runtime)
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
    before_start(runtime)
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
    """Return the door for who watches over the process, where the settings name one."""
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
