"""Our core-guided search beside the RC2 of python-sat: `PYTHONPATH=tests python -m bench.timetable.given_beside FILE…`.

Both search on the same formula with the same SAT solver, at the same time, each in a process of its own; CPU seconds of
the search with the making of the formula. What they differ in is how cores are found and counted. Seconds of different
machines say nothing, their ratio on one does. `--orders 3` has the meetings in other orders, too: a search is luck.
"""

import json
import random
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from math import exp, log
from multiprocessing import get_context
from pathlib import Path
from time import process_time
from typing import Any

import click
from pysat.examples.rc2 import RC2
from pysat.formula import WCNF

from matching.timetabling.files.format1_fixed import given_of
from matching.timetabling.files.reading import read_instance
from matching.timetabling.fixed.encoding import Encoding
from matching.timetabling.fixed.worker import search

OUT = Path("build/bench/timetable-beside.json")


def ours(instance: dict[str, Any]) -> tuple[int | None, float]:
    """Give the fewest breaks by our search, and its CPU seconds."""
    before, values = process_time(), []
    search(given_of(instance), "proof", lambda told: values.append(told["value"]) if "value" in told else None)
    return min(values, default=None), process_time() - before


def theirs(instance: dict[str, Any]) -> tuple[int | None, float]:
    """Give the same by RC2, with all that makes it faster."""
    before = process_time()
    encoding, formula = Encoding(given_of(instance)), WCNF()
    formula.extend(encoding.formula.clauses)
    for end in encoding.breaks:
        formula.append([-end], weight=1)
    with RC2(formula, solver="g4", adapt=True, exhaust=True, minz=True) as solver:
        found = solver.compute()
        return (None if found is None else solver.cost), process_time() - before


def reordered(instance: dict[str, Any], order: int) -> dict[str, Any]:
    """Give an instance with its people in another order: the formula is numbered anew; 0 leaves it as it is."""
    places = list(range(len(instance["meetings"])))
    if order:
        random.Random(order).shuffle(places)
    new = {old: number for number, old in enumerate(places)}
    listed = {
        name: [instance[name][p] for p in places] for name in ("meetings", "session", "fixed") if instance.get(name)
    }
    return instance | listed | {"precedences": [[new[a], new[b]] for a, b in instance.get("precedences", [])]}


def measured(path: Path, order: int) -> dict[str, Any]:
    """Let both search at once."""
    instance = reordered(read_instance(path), order)
    searches: tuple[Callable[[dict[str, Any]], tuple[int | None, float]], ...] = (ours, theirs)
    with ProcessPoolExecutor(len(searches), mp_context=get_context("spawn")) as pool:
        (value, seconds), (other, taken) = (done.result() for done in [pool.submit(one, instance) for one in searches])
    row = {"instance": instance["name"], "order": order, "value": value, "rc2": other}
    return row | {
        "cpu_seconds": round(seconds, 2),
        "rc2_cpu_seconds": round(taken, 2),
        "ratio": round(seconds / taken, 2),
    }


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--orders", default=1, show_default=True, help="Orders of the meetings.")
def main(paths: tuple[Path, ...], orders: int) -> None:
    """Measure the ratio for some instances."""
    rows = []
    for path in paths:
        for order in range(orders):
            rows.append(measured(path, order))
            click.echo(
                "{instance}, order {order}: {value} / {rc2}; {cpu_seconds} / {rc2_cpu_seconds} CPU s, {ratio}".format(
                    **rows[-1]
                )
            )
    sums = [sum(row[name] for row in rows) for name in ("cpu_seconds", "rc2_cpu_seconds")]
    mean = exp(sum(log(max(row["ratio"], 0.01)) for row in rows) / len(rows))
    click.echo(f"{sums[0]:.1f} / {sums[1]:.1f} CPU s, {sums[0] / sums[1]:.2f}; geometric mean of the ratios {mean:.2f}")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
