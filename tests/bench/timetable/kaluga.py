"""The mission Kaluga in Krasnoyarsk as the product solves it: `PYTHONPATH=tests python -m bench.timetable.kaluga`.

Pairs are our own recommendations, worth their scores in hundredths, with and without the accepted requests above them
(`matching.queries.facts`). Figures go to build/bench/timetable-kaluga.json, too.
"""

import json
from dataclasses import replace
from pathlib import Path
from time import monotonic, process_time

import click

from matching.domain.problem import Candidate, Problem
from matching.judging.cases import profiles
from matching.pack import rules_of
from matching.scorers import meaning
from matching.solver.first import solve
from packs import loader
from timetable_checker import broken_rules
from timetable_problems import accepted_pairs, kaluga, plain_meetings, plainly, problem_of

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
