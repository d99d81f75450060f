"""Given meetings beside what is published: `make bench-timetable FOLDER=path [ONLY=original] [LIMIT=120]`.

FOLDER holds instances of mission-schedule/1 of kind b2bsp with `best_known`, as those of Bofill et al., Journal of
Artificial Intelligence Research 74 (2022) 263-301, whose authors state no licence: they are not in this repository.
Each is solved, checked by the checker, and told on a line; the figures go to build/bench/timetable-given.json, too.
CPU seconds are those of reading the problem and of all processes of the search.
"""

import json
import os
from pathlib import Path
from threading import Event
from time import monotonic

import click

from matching.timetabling.files import dispatch
from matching.timetabling.files.reading import FileError, read_instance

OUT = Path("build/bench/timetable-given.json")
COLUMNS = "{:28} {:>5} {:>6} {:>9} {:>10} {:>7} {:>7} {:>7} {:>7} {:>6}"
HEADS = ("instance", "meet.", "slots", "published", "ours", "theirs", "CPU s", "wall s", "first s", "agree")


def measured(instance: dict, limit: float) -> dict:
    """Solve one instance and give what there is to say of it."""
    before, started_at, first = os.times(), monotonic(), []

    def progress(value: int | None, bound: int, seconds: float) -> None:
        if value is not None and not first:
            first.append(round(seconds, 2))

    schedule = dispatch.solved(instance, limit, progress, Event())
    cpu = sum(os.times()[:4]) - sum(before[:4])
    known = instance.get("best_known", {})
    published = "infeasible" if known.get("status") == "infeasible" else known.get("objective")
    ours = "infeasible" if schedule["status"] == "infeasible" else schedule["objective"]
    verdict = dispatch.checked(instance, schedule) if schedule["meetings"] else None
    return {
        "instance": instance["name"],
        "meetings": len(instance["meetings"]),
        "slots": instance["slots"],
        "published": published,
        "published_seconds": known.get("maxsat_seconds"),
        "status": schedule["status"],
        "value": ours,
        "bound": schedule["bound"],
        "cpu_seconds": round(cpu, 2),
        "wall_seconds": round(monotonic() - started_at, 2),
        "first_seconds": first[0] if first else None,
        "agrees": schedule["status"] in {"optimal", "infeasible"} and ours == published,
        "broken": verdict.violations if verdict else [],
    }


def told(row: dict) -> str:
    """Write the line of one instance; a value that is not proven stands beside its bound."""
    proven = row["status"] in {"optimal", "infeasible"}
    ours = row["value"] if proven else f"{row['value']} / {row['bound']}"
    parts = (
        *(row[name] for name in ("instance", "meetings", "slots", "published")),
        ours,
        *(row[name] for name in ("published_seconds", "cpu_seconds", "wall_seconds", "first_seconds")),
        "yes" if row["agrees"] and not row["broken"] else "NO" if proven else "open",
    )
    return COLUMNS.format(*("-" if part is None else str(part) for part in parts))


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--only", default="", help="A part of the names.")
@click.option("--limit", default=120.0, show_default=True, help="Seconds for each instance.")
def main(folder: Path, only: str, limit: float) -> None:
    """Solve all instances of FOLDER."""
    rows = []
    click.echo(COLUMNS.format(*HEADS))
    for path in sorted(folder.glob(f"*{only}*.json")):
        try:
            instance = read_instance(path)
        except FileError:
            continue
        if instance.get("kind") == "b2bsp":
            rows.append(measured(instance, limit))
            click.echo(told(rows[-1]))
    agree, cpu = sum(row["agrees"] for row in rows), sum(row["cpu_seconds"] for row in rows)
    slowest = max((row["wall_seconds"] for row in rows), default=0.0)
    click.echo(f"{agree} of {len(rows)} agree, proven; {cpu:.1f} CPU s in all, {slowest:.1f} s for the slowest")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({"limit": limit, "rows": rows}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
