"""Measure the bus and print one table: `make bench-bus RUNS=5 ONLY=publish,handle SCALE=1`."""

import signal
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import click

import signed_in
from bench.bus import backlog, claims, handle, join, latency, machine, publish, residents, results, table
from bench.bus.measures import Case, in_turns

GROUPS: dict[str, Callable[[float], list[Case]]] = {
    "publish": publish.cases,
    "handle": handle.cases,
    "latency": latency.cases,
    "backlog": backlog.cases,
    "join": join.cases,
    "memory": residents.cases,
}
FOLDER = Path("build/bench")


@click.command()
@click.option("--runs", default=5, show_default=True, help="Trials of each case.")
@click.option("--only", default=",".join(GROUPS), show_default=True, help="Groups to measure, with commas.")
@click.option("--scale", default=1.0, show_default=True, help="Below 1: fewer events, for a try.")
def main(runs: int, only: str, scale: float) -> None:
    """Measure and print; write the figures as JSON into build/bench, group by group."""
    signed_in.prepare()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # as an exception, so that what was made is taken away
    chosen = [name.strip() for name in only.split(",") if name.strip()]
    unknown = set(chosen) - set(GROUPS)
    if unknown or not chosen:
        raise click.UsageError(f"no such group: {', '.join(sorted(unknown))}; there are {', '.join(GROUPS)}")
    report = results.Report(environment=machine.facts(), runs=runs, scale=scale)
    for name in chosen:
        click.echo(f"== {name}", err=True)
        report.rows += in_turns(GROUPS[name](scale), runs, lambda line: click.echo(line, err=True))
        path = results.write(report, FOLDER, [asdict(verdict) for verdict in claims.verdicts(report)])
    click.echo(table.markdown(report))
    click.echo(f"figures: {path}", err=True)
    if any(row.failed for row in report.rows):
        sys.exit(1)


if __name__ == "__main__":
    main()
