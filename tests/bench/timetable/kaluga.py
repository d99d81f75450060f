"""The mission Kaluga in Krasnoyarsk as the product solves it: `PYTHONPATH=tests python -m bench.timetable.kaluga`.

Pairs are our own recommendations, worth their scores in hundredths, with and without the accepted requests above them
(`matching.queries.facts`). Figures go to build/bench/timetable-kaluga.json, too.
"""

import json
from dataclasses import replace
from pathlib import Path
from time import monotonic, process_time
from typing import Any

import click

from matching.pack import MatchingRules, rules_of
from matching.recommending.evaluation.cases import profiles
from matching.recommending.strategies import meaning
from matching.timetabling.exact.solve import solve
from matching.timetabling.model.objectives import Aim
from matching.timetabling.model.problem import Candidate, Problem
from packs import loader
from timetable_problems import accepted_pairs, kaluga, problem_of

OUT = Path("build/bench/timetable-kaluga.json")
KIND = "interregional"


def problems() -> dict[str, Problem]:
    """Make the mission's problems: recommendations alone, and below the accepted requests."""
    mission, rules, packs = kaluga(), rules_of("", KIND), loader.load("")
    guests, hosts = (profiles(mission, side, packs) for side in ("guest", "host"))
    pairs = meaning(guests, hosts, rules.weights).pairs
    recommended = tuple(
        Candidate(guest_id=pair.guest_id, host_id=pair.host_id, value=max(1, round(100 * pair.score)), tier=1)
        for pair in pairs
        if pair.score >= rules.timetable_cut_off
    )
    asked = accepted_pairs(mission)
    known = {candidate.pair for candidate in asked}
    rest = tuple(candidate for candidate in recommended if candidate.pair not in known)
    return {"recommended": problem_of(mission, recommended), "requests first": problem_of(mission, asked + rest)}


def measured(name: str, problem: Problem, aims: tuple[Aim, ...]) -> dict[str, Any]:
    """Solve one problem and give what there is to say of it."""
    before, started_at = process_time(), monotonic()
    found = solve(replace(problem, aims=aims))
    return {
        "pairs": name,
        "candidates": len(problem.candidates),
        "meetings": len(found.meetings),
        "value": found.value,
        "bound": found.bound,
        "aims": [{"aim": a.aim.value, "value": a.value, "bound": a.bound, "proven": a.proven} for a in found.aims],
        "cpu_seconds": round(process_time() - before, 2),
        "seconds": round(monotonic() - started_at, 2),
    }


def told(row: dict[str, Any]) -> str:
    """Write the line of one problem; an aim that is not proven stands beside its bound."""
    aims = ", ".join(
        f"{a['aim']} {a['value']}" + ("" if a["proven"] else f" / {'-' if a['bound'] is None else a['bound']}")
        for a in row["aims"]
    )
    return (
        f"{row['pairs']}: {row['meetings']} of {row['candidates']} pairs meet; {aims}; "
        f"{row['cpu_seconds']} CPU s, {row['seconds']} s"
    )


@click.command()
def main() -> None:
    """Solve the mission by the aims of its kind, and by those of a kind that names none."""
    rows = [
        measured(name, problem, aims)
        for name, problem in problems().items()
        for aims in (rules_of("", KIND).aims, MatchingRules().aims)
    ]
    for row in rows:
        click.echo(told(row))
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
