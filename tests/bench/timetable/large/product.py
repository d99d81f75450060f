"""Problems of the product: `PYTHONPATH=tests python -m bench.timetable.large.product 1000 mask --limit 60`.

Prints how long reading, solving and giving reasons take together, in CPU seconds too, and how near to the bound it is.
"""

import resource
from time import perf_counter, process_time

import click

from bench.timetable.large.problems import problem_of
from matching.timetabling import solve


@click.command()
@click.argument("size", type=int)
@click.argument("mask", type=click.Choice(["full", "mask", "hard"]))
@click.option("--limit", default=20.0, show_default=True, help="Seconds.")
@click.option("--staffed", default=0.2, show_default=True, help="Share of organisations with two people.")
@click.option("--online", default=0.05, show_default=True, help="Share of people online.")
def main(size, mask, limit, staffed, online):
    """Solve one mission."""
    started = process_time()
    problem = problem_of(size, 24 if size <= 1000 else 36, mask, staffed=staffed, online=online)
    click.echo(f"{len(problem.candidates):,} candidates, made in {process_time() - started:.1f} CPU s")
    wall, started = perf_counter(), process_time()
    found = solve.solve(problem, time_limit_seconds=limit, small=0)
    click.echo(f"solved in {perf_counter() - wall:.1f} s, {process_time() - started:.1f} CPU s")
    met = {meeting.pair for meeting in found.meetings}
    tiers = sorted({candidate.tier for candidate in problem.candidates})
    worth = [sum(c.value for c in problem.candidates if c.tier == tier and c.pair in met) for tier in tiers]
    gap = found.bound - found.value
    share = 100 * gap / max(worth[-1], 1)
    click.echo(f"{len(met):,} meetings; by tier {worth}; gap {gap:,}, {share:.4f} % of the last tier; {found.proven=}")
    for one in found.aims:
        click.echo(f"{one.aim}: {one.value:,}, bound {one.bound}{', proven' if one.proven else ''}")
    click.echo(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
