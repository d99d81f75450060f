"""`caravan demo`: play a whole mission on a platform started for it, or on a running one."""

import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from caravan.client import Platform, PlatformError, connect
from caravan.demo import platform_process, runner
from caravan.demo.context import DemoContext
from caravan.scenario import reader, variants
from caravan.scenario.loader import warn_unknown_fields
from caravan.scenario.reader import Scenario
from servicekit.texts import languages

DEFAULT_SCENARIO = "kaluga-krasnoyarsk.json"
DATA = Path("var/demo")
ORGANISER = "organiser@demo.example"
START_SECONDS = 60.0


@click.command("demo")
@click.option(
    "--scenario",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A mission in the format trade-mission-scenario/1.  [default: Kaluga in Krasnoyarsk]",
)
@click.option("--variant", help="Play one of the variants that the file describes.")
@click.option("--json", "out", type=click.Path(path_type=Path, dir_okay=False), help="Write the result to this file.")
@click.option("--url", envvar="CARAVAN_URL", help="Play on the platform of this origin; its clock must be movable.")
@click.option("--keep/--no-keep", default=None, help="Leave the platform running after the play, or not.")
@click.option(
    "--lang",
    type=click.Choice(languages.SUPPORTED),
    help="Language of the output.  [default: LANG's, else the file's]",
)
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=DATA, show_default=True)
@click.option("--keep-data", is_flag=True, help="Go on with the data of the demo before.")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Port of the demo's platform.  [default: 8000, or a free one]"
)
@click.pass_context
def demo_command(ctx: click.Context, /, **given: Any) -> None:
    """Play a mission from the first application to the twelve-month check, and print what happens.

    Starts `caravan up` for it, on fresh data in var/demo, and moves its clock through the
    year. Afterwards the platform keeps running to look at, until Ctrl-C; with --scenario or
    --json the command ends by itself, with 1 if the report is not as the file expects it or
    if anything was refused.
    """
    _require_folder(given["out"])
    scenario = variants.apply_variant(_read(given["scenario"]), given["variant"])
    warn_unknown_fields(scenario)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    started = time.perf_counter()
    keep = given["keep"] if given["keep"] is not None else not (given["scenario"] or given["out"])
    with _platform(given["url"], given) as (platform, process):
        demo = runner.create_context(platform, scenario, given["lang"] or _language(scenario))
        is_success = _run(demo, started, given["out"])
        if demo.mission_id:
            demo.output.print_pages(runner.page_addresses(demo))
        if keep and process is not None:
            _leave_running(demo, process)
    ctx.exit(0 if is_success else 1)


def _require_folder(out: Path | None) -> None:
    """Check before the demo that the file of the result can be written."""
    if out is not None and not out.parent.is_dir():
        raise click.BadParameter(f"there is no folder {out.parent}", param_hint="--json")
    if out is not None and not os.access(out if out.exists() else out.parent, os.W_OK):
        raise click.BadParameter(f"{out} cannot be written", param_hint="--json")


def _read(file: Path | None) -> Scenario:
    if file is not None:
        return reader.read(file)
    with as_file(files("caravan") / "scenarios" / DEFAULT_SCENARIO) as path:
        return reader.read(path)


def _language(scenario: Scenario) -> str:
    """Return the language of the terminal if it is supported, else that of the file."""
    spoken = os.environ.get("LANG", "")[:2]
    return spoken if spoken in languages.SUPPORTED else scenario.language


@contextlib.contextmanager
def _platform(
    url: str | None, given: dict[str, Any]
) -> Iterator[tuple[Platform, platform_process.PlatformProcess | None]]:
    """Yield the platform to play on, and its process if the demo started it."""
    if url is not None or platform_process.is_platform_configured():
        yield connect(url), None
        return
    with platform_process.run_platform(given["data"], given["port"], fresh=not given["keep_data"]) as process:
        process.wait_until_ready(START_SECONDS)
        yield connect(process.url, data=given["data"]), process


def _run(demo: DemoContext, started: float, out: Path | None) -> bool:
    """Play the mission and write the result; return whether everything was as expected."""
    try:
        runner.run_mission(demo)
    except PlatformError as error:
        demo.result.troubles.append(error.message)
        Console(stderr=True).print(error.message, style="bold red", highlight=False, soft_wrap=True)
    seconds = time.perf_counter() - started
    if demo.mission_id:
        demo.output.console.print(demo.output.text("played", seconds=demo.output.format_seconds(seconds)))
    if out is not None:
        out.write_text(json.dumps(demo.result.document(seconds), ensure_ascii=False, indent=1) + "\n", "utf-8")
    return demo.result.is_success


def _leave_running(demo: DemoContext, process: platform_process.PlatformProcess) -> None:
    link = process.sign_in_link(ORGANISER)
    demo.output.console.print()
    demo.output.console.print(demo.output.text("sign in", link=link), soft_wrap=True)
    demo.output.console.print(demo.output.text("leave"))
    with contextlib.suppress(KeyboardInterrupt):
        process.wait()
