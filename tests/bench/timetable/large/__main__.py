"""Large missions: `PYTHONPATH=tests python -m bench.timetable.large --sizes 100,300,1000,3000,5000`.

Each mission is drawn with a fixed seed and solved in a process of its own: greedily, slot by slot, and by the solver;
gaps are shares of the best bound proven. Figures go to build/bench/timetable-large.json, too.
"""

import json
import resource
import subprocess
import sys
from pathlib import Path
from time import process_time

import click

from bench.timetable.large.generator import generated
from bench.timetable.large.incidents import repaired
from bench.timetable.large.rivals import best_pair_first, slot_by_slot
from matching.timetabling.large import solve

SEED = 1
OUT = Path("build/bench/timetable-large.json")
CASES = (("full", True), ("mask", True), ("hard", True), ("mask", False), ("hard", False))
"""Availability, and whether tables (0.45 of the guests) and caps (half of the slots) bind."""
SECONDS = {
    ("full", True): {5000: 6},
    ("mask", True): {5000: 8},
    ("hard", True): {5000: 45, 3000: 30},
    ("mask", False): {5000: 45, 3000: 30},
    ("hard", False): {5000: 45, 3000: 30},
}
USUAL = {100: 30, 300: 20, 1000: 20, 3000: 8, 5000: 8}


def limit_of(size, mask, binding):
    """Give the seconds that a mission may take."""
    return SECONDS[mask, binding].get(size, USUAL.get(size, 30))


def measured(size, mask, *, binding, seconds, slow=1.0, seed=SEED):
    """Measure one mission in this process; on a machine that is so many times slow with other work, wait as long."""
    slots = 24 if size <= 1000 else 36
    tables, cap = (size * 45 // 100, slots // 2) if binding else (size, slots)
    mission = generated(size, size, slots, tables, cap, mask, seed=seed)
    figures = {"size": size, "slots": slots, "mask": mask, "binding": binding, "limit": seconds}
    figures["candidates"] = len(mission.value)
    rivals = {}
    for name, rival in (("greedy", best_pair_first), ("slot by slot", slot_by_slot)):
        started = process_time()
        rivals[name] = rival(mission)
        figures[f"{name}, CPU"] = process_time() - started
    _forget_peak()
    told = []
    limits = {"time_limit_seconds": seconds * slow, "effort_seconds": seconds}
    found = solve(mission, **limits, progress=lambda *state: told.append((process_time(), *state)))
    figures["peak MB"] = _peak()
    for name, slot_of in rivals.items():
        figures[f"{name}, gap"] = 1 - mission.worth(slot_of) / found.bound
        figures[f"{name}, below minimum"] = int((mission.loads(slot_of) < mission.least).sum())
    names = ("value", "bound", "gap", "proven", "below_minimum", "missing", "least_missing")
    names += ("breaks", "breaks_before", "table_changes", "seconds", "cpu_seconds")
    figures |= {name: getattr(found, name) for name in names}
    figures["best after, CPU"] = told[-1][0] - told[0][0] if told else 0.0
    if mask == "hard":
        figures["repairs"] = repaired(mission, found)
    return figures


def _forget_peak():
    """Let the most memory so far be what is held now (Linux), so that drawing the mission does not count."""
    Path("/proc/self/clear_refs").write_text("5")


def _peak():
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@click.command()
@click.option("--sizes", default="100,300,1000,3000,5000", show_default=True)
@click.option("--only", default="", help="Cases such as hard or hard:free, with commas; free is without caps.")
@click.option("--slow", default=1.0, show_default=True, help="More time than work, for a busy machine.")
@click.option("--one", nargs=4, default=None, help="Measure one mission here: SIZE MASK BINDING SECONDS.")
def main(sizes, only, slow, one):
    """Print the tables of all missions asked for."""
    if one:
        size, mask, binding, seconds = one
        figures = measured(int(size), mask, binding=binding == "True", seconds=float(seconds), slow=slow)
        click.echo(json.dumps(figures))
        return
    wanted = [tuple(name.split(":")) for name in only.split(",") if name]
    found = []
    _print_head()
    for size in map(int, sizes.split(",")):
        for mask, binding in CASES:
            if wanted and (mask, *([] if binding else ["free"])) not in wanted:
                continue
            seconds = limit_of(size, mask, binding)
            command = [sys.executable, "-m", "bench.timetable.large", "--slow", str(slow)]
            command += ["--one", str(size), mask, str(binding), str(seconds)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            found.append(json.loads(done.stdout))
            _print_row(found[-1])
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1))
    _print_repairs([figures for figures in found if "repairs" in figures])


def _print_head():
    click.echo(
        "| mission | candidates | bound | greedy | slot by slot | ours | s / CPU s | breaks | table changes | MB |"
    )
    click.echo("| --- |" + " ---: |" * 9)


def _print_row(f):
    name = f"{f['size']:,} × {f['size']:,} × {f['slots']} {f['mask']}{'' if f['binding'] else ', no cap'}"
    others = (f"{100 * f[f'{n}, gap']:.2f} %, {f[f'{n}, below minimum']}" for n in ("greedy", "slot by slot"))
    ours = "0, proven" if f["proven"] else f"{100 * f['gap']:.4f} %"
    time = f"{f['seconds']:.1f} / {f['cpu_seconds']:.1f}"
    cells = (f"{f['candidates']:,}", f"{f['bound']:,}", *others, f"{ours}, {f['below_minimum']}", time)
    cells += (f"{f['breaks_before']:,} → {f['breaks']:,}", f"{f['table_changes']:,}", f"{f['peak MB']:,.0f}")
    click.echo(f"| {name} | " + " | ".join(cells) + " |")


def _print_repairs(missions):
    """Print what repairs took, in ms by the clock and of the processor, and changed."""
    click.echo("\n| mission | incident | p50 | p95 | p95 CPU | moved | dropped | added | told |")
    click.echo("| --- | --- |" + " ---: |" * 7)
    for f in missions:
        name = f"{f['size']:,} hard{'' if f['binding'] else ', no cap'}"
        for incident, r in f["repairs"].items():
            if isinstance(r, dict):
                times = (f"{r[key]:.1f}" for key in ("p50 ms", "p95 ms", "p95 CPU ms"))
                counts = (f"{r[key]:.1f}" for key in ("moved", "dropped", "added", "told"))
                click.echo(f"| {name} | {incident} | " + " | ".join((*times, *counts)) + " |")


if __name__ == "__main__":
    main()
