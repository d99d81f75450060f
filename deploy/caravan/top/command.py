"""`caravan top`: print or watch the status of all services."""

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path

import click
from rich.console import Console
from rich.live import Live

from caravan import discovery
from caravan.local_instance import data_option, existing_runtimes
from caravan.top import sources
from caravan.top.sources import DatabaseSource, MissingDatabase, Source, StatusPoller
from caravan.top.table import screen
from servicekit.telemetry import logs


def _sources(url: str | None, data: Path, environ: Mapping[str, str]) -> tuple[list[Source], str]:
    """Return the sources and their kind: addresses, unless the environment gives only databases."""
    names = list(discovery.services())
    has_addresses = url or any(f"{name.upper()}_URL" in environ for name in names)
    if has_addresses or not any(f"{name.upper()}_DATABASE_URL" in environ for name in names):
        return sources.http_sources(names, url), "addresses"
    chosen = list(discovery.services().values())
    runtimes, missing = existing_runtimes(chosen, data)
    found: list[Source] = [DatabaseSource(each, sources.monitor_url(each.service.name, environ)) for each in runtimes]
    return [*found, *map(MissingDatabase, missing)], "databases"


@click.command("top")
@click.option("--url", envvar="CARAVAN_URL", help="Origin of the platform.  [default: http://127.0.0.1:8000]")
@data_option
@click.option("--every", type=click.FloatRange(0.2, 60), default=1.0, show_default=True, help="Seconds between polls.")
@click.option("--once", is_flag=True, help="Print one table and end.")
@click.option("--json", "as_json", is_flag=True, help="Poll once, print JSON and end.")
def top_command(url: str | None, data: Path, every: float, *, once: bool, as_json: bool) -> None:
    """Watch the events of an instance: what waits, how old it is, how fast it goes, what failed.

    Asks the services at --url, or each at REGISTRATION_URL and so on; where no address is
    given and the environment names databases, reads these. Rates come from the workers:
    from `caravan up`, or from NAME_MONITOR_PORT; CARAVAN_BROKER_API_URL adds what the
    broker knows.
    """
    logs.configure("CRITICAL")
    found, kind = _sources(url, data, os.environ)
    poller = StatusPoller(found, sources.broker_queues(os.environ))
    console = Console(highlight=False)
    try:
        if as_json or once or not console.is_terminal:
            _print_once(poller, console, every, as_json=as_json)
        else:
            _run(poller, console, every, kind)
    except KeyboardInterrupt:
        pass
    finally:
        poller.close()


def _print_once(poller: StatusPoller, console: Console, every: float, *, as_json: bool) -> None:
    """Poll twice, since rates need two values, and print."""
    poller.poll()
    time.sleep(every)
    statuses = poller.poll()
    if as_json:
        click.echo(json.dumps([status.as_dict() for status in statuses], indent=2))
    else:
        console.print(screen(statuses, _heading("")))


def _run(poller: StatusPoller, console: Console, every: float, kind: str) -> None:
    with Live(console=console, screen=True, auto_refresh=False) as live:
        while True:
            began = time.monotonic()
            live.update(screen(poller.poll(), _heading(f"{kind}, every {every:g} s, Ctrl-C ends")), refresh=True)
            time.sleep(max(every - (time.monotonic() - began), 0.05))


def _heading(words: str) -> str:
    return "  ".join(part for part in ("caravan top", time.strftime("%H:%M:%S"), words) if part)
