"""What fair lists cost: `python tests/bench/fair_lists.py [SEEDS]`, on markets where a few hosts fit almost everybody.

A market: 1,000 guests with two needs each, of 60 trades whose popularity falls as by Zipf; 300 hosts with three trades
each, one host in ten with twenty. How well a host fits a guest is made up from the trades; the score sees it through
noise, and that of a broad host too well. A guest's true partners are the ten that fit it best. Lists are of ten, from
the leads above a cut-off that leaves thirty a guest. Recall: true partners that are shown, of all.

Parameters were chosen on seeds from 100 on; the seeds from 0 on, which are printed, were not looked at before.
"""

import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from time import perf_counter
from uuid import UUID

import click
import numpy as np

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "services")]

from matching.recommending.lists import Lead, ListRules, fair_lists, gini  # noqa: E402

GUESTS, HOSTS, TRADES, LENGTH, LEADS = 1000, 300, 60, 10, 30
NOISE, HUB = 0.3, 0.25
NEVER = 10**9
RULES = {
    "plain": ListRules(length=LENGTH, keep=LENGTH, guarantee=0, cap=NEVER),
    "keep 5, guarantee 10": ListRules(length=LENGTH, guarantee=10, cap=NEVER),
    "keep 5, cap 100": ListRules(length=LENGTH, guarantee=1, cap=100),
    "as by default (keep 5, guarantee 10, cap 100)": ListRules(),
    "keep 5, guarantee 10, cap 80": ListRules(length=LENGTH, guarantee=10, cap=80),
    "keep 5, guarantee 15, cap 60": ListRules(length=LENGTH, guarantee=15, cap=60),
    "keep 3, guarantee 15, cap 50": ListRules(length=LENGTH, keep=3, guarantee=15, cap=50),
}


@dataclass(frozen=True)
class Market:
    """How well hosts fit guests, and how they seem to: both (guests, hosts)."""

    truth: np.ndarray
    score: np.ndarray


def a_market(seed):
    """Make a market."""
    chance = np.random.default_rng(seed)
    popularity = 1 / np.arange(1, TRADES + 1)
    needs = np.zeros((GUESTS, TRADES))
    for row in needs:
        row[chance.choice(TRADES, 2, replace=False, p=popularity / popularity.sum())] = 1
    broad = np.arange(HOSTS) < HOSTS // 10
    offers = np.zeros((HOSTS, TRADES))
    for row, is_broad in zip(offers, broad, strict=True):
        row[chance.choice(TRADES, 20 if is_broad else 3, replace=False)] = 1
    truth = needs @ offers.T + chance.normal(0, 0.4, (GUESTS, HOSTS)) - 0.5 * broad
    score = truth + chance.normal(0, NOISE, truth.shape) + HUB * broad
    return Market(truth, score)


def corrected(score):
    """Lower each host's scores by half the mean of its thirty best: how much it seems to fit anybody (as in CSLS)."""
    return score - 0.5 * np.sort(score, axis=0)[-30:].mean(axis=0)


def leads(score, order):
    """Return the leads above the cut-off, in an order of their own."""
    cut = np.sort(score, axis=None)[-LEADS * GUESTS]
    rows, columns = np.nonzero(score >= cut)
    best_first = np.argsort(-order[rows, columns], kind="stable")
    ends = zip(rows[best_first].tolist(), columns[best_first].tolist(), strict=True)
    return [Lead(UUID(int=g + 1), UUID(int=GUESTS + h + 1), place) for place, (g, h) in enumerate(ends, 1)]


def figures(market, order, rules):
    """Return what lists are worth, and how they share the hosts out."""
    found = leads(market.score, order)
    started = perf_counter()
    lists = fair_lists(found, rules).partners
    seconds = perf_counter() - started
    times = Counter(partner.int - GUESTS - 1 for partners in lists.values() for partner in partners)
    counts = sorted((times[host] for host in range(HOSTS)), reverse=True)
    true = np.argsort(-market.truth, axis=1)[:, :LENGTH]
    shown = {(viewer.int - 1, partner.int - GUESTS - 1) for viewer, partners in lists.items() for partner in partners}
    hits = sum((guest, host) in shown for guest, row in enumerate(true.tolist()) for host in row)
    return {
        "recall": hits / true.size,
        "gini": gini(counts),
        "least": counts[-1],
        "below 10": sum(count < LENGTH for count in counts) / HOSTS,
        "most": counts[0],
        "top tenth": sum(counts[: HOSTS // 10]) / sum(counts),
        "rows": sum(counts),
        "seconds": seconds,
    }


def main(seeds):
    """Print the means over the seeds."""
    markets = [a_market(seed) for seed in seeds]
    for name, rules in RULES.items():
        for label, change in (("", lambda score: score), (" + correction", corrected)):
            rows = [figures(market, change(market.score), rules) for market in markets]
            told = "  ".join(f"{key} {mean(row[key] for row in rows):.3f}" for key in rows[0])
            click.echo(f"{name + label:58} {told}")


if __name__ == "__main__":
    main(range(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
