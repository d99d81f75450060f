"""Whether one configuration is better than another, or only luckier: the paired bootstrap."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import numpy as np

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
