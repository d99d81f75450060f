"""What anybody does with timetable files at the machine."""

import json
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from matching.timetabling.files import dispatch
from matching.timetabling.files.reading import FileError, read_instance, read_previous, read_schedule

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
Body = dict[str, Any]


@click.group("timetable")
def timetable() -> None:
    """Make and check timetables in files of the formats mission-schedule/1 and mission-schedule/2."""


@timetable.command("solve")
@click.argument("instance", type=EXISTING)
@click.option("--time-limit", default=60.0, show_default=True, type=click.FloatRange(0, min_open=True), help="Seconds.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The schedule; else it is printed."
)
@click.option("--previous", type=EXISTING, help="The schedule before: mend it, and disturb as few people as possible.")
@click.option("-q", "--quiet", is_flag=True, help="Tell nothing on the way.")
def solve(instance: Path, time_limit: float, output: Path | None, previous: Path | None, quiet: bool) -> None:  # noqa: FBT001  an option
    """Make the best timetable of INSTANCE, and say how near to the best possible it is.

    Ctrl-C ends the search and keeps the best so far. An instance that has no timetable is answered with `infeasible`.
    With a schedule before, INSTANCE is as it is now: the timetable is mended, and the answer lists all that differs.
    """
    try:
        body = read_instance(instance)
        before = None if previous is None else read_previous(previous, body)
        schedule = _interruptible(lambda stop: _made(body, before, time_limit, quiet=quiet, stop=stop))
        text = json.dumps(schedule) + "\n"
        if output:
            output.write_text(text, encoding="utf-8")
    except (FileError, OSError) as error:
        raise click.ClickException(str(error)) from error
    if output is None:
        click.echo(text, nl=False)
    if not quiet:
        click.echo(_summary(schedule), err=True)


@timetable.command("check")
@click.argument("instance", type=EXISTING)
@click.argument("schedule", type=EXISTING)
@click.argument("previous", type=EXISTING, required=False)
def check(instance: Path, schedule: Path, previous: Path | None) -> None:
    """Hold SCHEDULE against every rule of INSTANCE, and count what has changed since PREVIOUS.

    Exit status 0: no rule is broken; 1: some are; 2: a file cannot be read.
    """
    try:
        body = read_instance(instance)
        found = read_schedule(schedule, body)
        before = None if previous is None else read_previous(previous, body)
    except FileError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    if found.get("status") == "infeasible" and not found["meetings"]:
        click.echo(json.dumps({"claimed": "infeasible"}))
        return
    verdict = dispatch.checked(body, found, before)
    click.echo(json.dumps(verdict.figures | {"valid": not verdict.violations}))
    for violation in verdict.violations:
        click.echo(f"broken: {violation}")
    sys.exit(bool(verdict.violations))


def _made(body: Body, before: Body | None, time_limit: float, *, quiet: bool, stop: threading.Event) -> Body:
    if before is None:
        return dispatch.solved(body, time_limit, _teller(quiet=quiet), stop)
    return dispatch.repaired(body, before, time_limit, _repair_teller(quiet=quiet), stop)


def _teller(*, quiet: bool) -> Callable[[int | None, int, float], None]:
    def tell(value: int | None, bound: int, seconds: float) -> None:
        if not quiet:
            click.echo(f"{seconds:7.1f} s  value {'-' if value is None else value}  bound {bound}", err=True)

    return tell


def _repair_teller(*, quiet: bool) -> Callable[[Mapping[str, int], float], None]:
    def tell(costs: Mapping[str, int], seconds: float) -> None:
        if not quiet:
            click.echo(f"{seconds:7.1f} s  " + ", ".join(f"{aim} {cost}" for aim, cost in costs.items()), err=True)

    return tell


def _summary(schedule: Body) -> str:
    value, bound = schedule["objective"], schedule["bound"]
    if value is None:
        return f"{schedule['status']} after {schedule['seconds']} s"
    gap = f", gap {abs(bound - value)}" if bound is not None else ""
    if "told" in schedule:
        parts = (f"{len(schedule[name])} {name}" for name in ("moved", "dropped", "added", "told"))
        return f"{schedule['status']} after {schedule['seconds']} s: {', '.join(parts)}"
    return f"{schedule['status']}: {value}{gap} after {schedule['seconds']} s"


def _interruptible(work: Callable[[threading.Event], Body]) -> Body:
    """Do some work in a thread, so that a signal can ask it to end."""
    stop = threading.Event()
    results: list[Body] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            results.append(work(stop))
        except Exception as error:  # noqa: BLE001  raised again below
            errors.append(error)

    thread = threading.Thread(target=run)
    before = [(number, signal.signal(number, lambda *_: stop.set())) for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        thread.start()
        while thread.is_alive():
            thread.join(0.1)
    finally:
        for number, handler in before:
            signal.signal(number, handler)
    if errors:
        raise errors[0]
    return results[0]
