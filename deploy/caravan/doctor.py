"""`caravan doctor`: check database, broker, clock, events and mail of every service."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from caravan import discovery
from caravan.local_instance import data_option, existing_runtimes
from servicekit.operations import health
from servicekit.service import Runtime
from servicekit.telemetry import logs

OLD_SECONDS = 60.0


def run_checks(runtime: Runtime) -> Iterator[tuple[str, bool, str]]:
    """Yield (name of the check, whether it passed, what was found) for one service."""
    state = health.inspect(runtime)
    yield "database", state["database"] == "ready", f"{state['database']} ({_backend(runtime)})"
    if state["database"] != "ready":
        return
    broker = state["broker"]
    yield "broker", broker in ("none", "ready"), "none: events stay in the process" if broker == "none" else broker
    yield "clock", True, str(state["now"])
    events: dict[str, Any] = state["events"]
    waiting = f"{events['unsent']} unsent, oldest {events['oldest_unsent_seconds']} s"
    yield "events", events["oldest_unsent_seconds"] < OLD_SECONDS, waiting
    failed = f"{events['parked']} parked, {events['dead']} dead"
    yield "parked", not events["dead"], failed + (": see `caravan events dead list`" if events["dead"] else "")
    for check in runtime.service.checks:
        try:
            yield check.name, True, check.run(runtime)
        except OSError as error:
            yield check.name, False, str(error)


def _backend(runtime: Runtime) -> str:
    return runtime.database.engine.url.get_backend_name()


@click.command("doctor")
@data_option
def doctor_command(data: Path) -> None:
    """Look at database, broker, clock, events and mail of every service; exit with 1 if something is wrong."""
    logs.configure("CRITICAL")
    table = Table("service", "what", "state", "found", box=None, pad_edge=False)
    runtimes, missing = existing_runtimes(list(discovery.services().values()), data)
    is_healthy = not missing
    for name in missing:
        table.add_row(name, "database", "[bold red]wrong[/]", "not migrated (there is no file)")
    for runtime in runtimes:
        for what, is_ok, found in run_checks(runtime):
            is_healthy &= is_ok
            table.add_row(runtime.service.name, what, "ok" if is_ok else "[bold red]wrong[/]", found)
    Console().print(table)
    raise SystemExit(0 if is_healthy else 1)
