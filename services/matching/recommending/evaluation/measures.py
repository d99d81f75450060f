"""NDCG, recall, paired bootstrap.

Measures of a ranking, for each organisation that ranks: all from 0 to 1.

Whether one configuration is better than another, or only luckier: the paired bootstrap.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from uuid import UUID

import numpy as np

from matching.recommending.evaluation.cases import Judgements
from matching.recommending.recommendation import Recommendations

CLEAR, GOOD = 3, 2
DEPTH = 5
"""Places of a list that everybody reads."""

Ranking = Mapping[UUID, Sequence[UUID]]
Figures = Mapping[str, Mapping[UUID, float]]
"""Measure -> organisation -> value."""


@dataclass(frozen=True)
class Shown:
    """What is left of judged pairs once weak ones are hidden."""

    pairs: int
    clear_in_top: int
    clear: int
    hard: int
    all_hard: int

    def __str__(self) -> str:
        """Say it in one line."""
        return (
            f"shown {self.pairs}, clear fits in a top {DEPTH} {self.clear_in_top} of {self.clear}, "
            f"hard negatives {self.hard} of {self.all_hard}"
        )


def rankings(found: Recommendations) -> tuple[Ranking, Ranking]:
    """Rank all hosts for each guest and all guests for each host, hidden ones too; equal scores by id.

    Of a large mission the listed pairs are known alone: whoever is in none comes behind.
    """
    rows = found.scores or _of_pairs(found)
    columns = list(zip(*rows, strict=True))
    guests = {one: _ranked(found.hosts, row) for one, row in zip(found.guests, rows, strict=True)}
    return guests, {one: _ranked(found.guests, column) for one, column in zip(found.hosts, columns, strict=True)}


def _of_pairs(found: Recommendations) -> list[list[float]]:
    known = {(pair.guest_id, pair.host_id): pair.score for pair in found.pairs}
    return [[known.get((guest, host), 0.0) for host in found.hosts] for guest in found.guests]


def measure(ranking: Ranking, judged: Judgements) -> Figures:
    """Say how well each list agrees with the judgements.

    nDCG has gain 2^grade - 1 and counts those with a partner of grade 2 or better; recall and MRR are of clear fits
    (grade 3) and count those that have one.
    """
    figures: dict[str, dict[UUID, float]] = {name: {} for name in ("nDCG@5", "nDCG@10", "recall@5", "recall@10", "MRR")}
    for owner, partners in ranking.items():
        grades = judged.of(owner)
        clear = {partner for partner, grade in grades.items() if grade >= CLEAR}
        for depth in (5, 10):
            if max(grades.values(), default=0) >= GOOD:
                figures[f"nDCG@{depth}"][owner] = _ndcg(partners, grades, depth)
            if clear:
                figures[f"recall@{depth}"][owner] = len(clear & set(partners[:depth])) / len(clear)
        if clear:
            figures["MRR"][owner] = next((1 / place for place, one in enumerate(partners, 1) if one in clear), 0.0)
    return figures


def shown(found: Recommendations, judged: Judgements) -> Shown:
    """Count what is shown from the cut-off on; a clear fit counts if it is in the top of both sides."""
    pairs = {(pair.guest_id, pair.host_id) for pair in found.pairs}
    clear = {pair for pair, grade in judged.grades.items() if grade >= CLEAR}
    tops = {(g, pair.host_id) for g in found.guests for pair in found.for_guest(g)[:DEPTH]}
    others = {(pair.guest_id, h) for h in found.hosts for pair in found.for_host(h)[:DEPTH]}
    hard = judged.hard_negatives
    return Shown(len(pairs), len(clear & tops & others), len(clear), len(hard & pairs), len(hard))


def _ranked(partners: Sequence[UUID], scores: Sequence[float]) -> list[UUID]:
    order = sorted(zip(scores, partners, strict=True), key=lambda pair: (-pair[0], pair[1]))
    return [partner for score, partner in order if score > 0]


def _ndcg(partners: Sequence[UUID], grades: Mapping[UUID, float], depth: int) -> float:
    ideal = _gain(sorted(grades.values(), reverse=True)[:depth])
    return _gain(grades.get(partner, 0) for partner in partners[:depth]) / ideal


def _gain(grades: Iterable[float]) -> float:
    return sum((2**grade - 1) / log2(place + 2) for place, grade in enumerate(grades))


SAMPLES = 2_000
SEED = 1
CERTAINTY = 0.95

Values = Mapping[UUID, float]


def difference(pairs: Sequence[tuple[Values, Values]]) -> tuple[float, float, float]:
    """Compare two configurations on several cases.

    Args:
        pairs: for each case the values of both by organisation.

    Returns: the mean over the cases of how much the first is better, and the interval that holds it with a certainty
        of 95 %: organisations of each case are drawn anew, with replacement, the same ones for both.

    Source: Sakai, Evaluating evaluation metrics based on the bootstrap, SIGIR 2006.

    """
    chance = np.random.default_rng(SEED)
    drawn = np.zeros(SAMPLES)
    means = []
    for one, other in pairs:
        gains = np.array([one[owner] - other[owner] for owner in sorted(one)])
        means.append(gains.mean())
        drawn += gains[chance.integers(len(gains), size=(SAMPLES, len(gains)))].mean(1) / len(pairs)
    low, high = np.quantile(drawn, [(1 - CERTAINTY) / 2, (1 + CERTAINTY) / 2])
    return float(np.mean(means)), float(low), float(high)
