"""Choose scale and cut-off.

The scale of scores, chosen on judged missions: its centre, its slope, and the cut-off that costs least.

A score is the likelihood of a good fit (grade 2 and better): a logistic regression of grades on evidence gives centre
and steepness. Every mission counts the same, however many pairs it has. The cut-off follows from costs: a good partner
who is hidden costs as much as four weak ones who are shown, and a hard negative as much as five. The cut-off at which
the pairs of a few missions cost least would jump with each of them: the likelihood of all pairs is steadier.

Whether a scale that some missions choose serves others: chosen on each, and on all the others, tried on each.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from matching.recommending.evaluation.cases import Case
from matching.recommending.evaluation.measures import GOOD, Shown, shown
from matching.recommending.evaluation.report import Configuration
from matching.recommending.recommendation import Recommendations
from matching.recommending.weights import Weights, calibrate

MISSED, WEAK, WRONG = 4, 1, 5
"""What it costs to hide a good partner, to show a weak one, and to show a hard negative."""
RIDGE = 1e-6
"""Keeps the slope finite where evidence tells good pairs from weak ones without fail."""
STEPS = 100
ALWAYS_CLEAR = 1.0

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Scale:
    """From evidence to a score, and from which score on a pair is shown."""

    centre: float
    steepness: float
    cut_off: float

    def of(self, evidence: Numbers) -> Numbers:
        """Score evidence, as `calibrate` does."""
        weights = Weights(centre=self.centre, steepness=self.steepness)
        return np.array([calibrate(value, weights) for value in evidence.tolist()])


@dataclass(frozen=True)
class Sample:
    """A judged mission, scored without a scale: each pair that rests on items, and those whose reason anyone sees."""

    case: Case
    found: Recommendations
    clear: frozenset[tuple[UUID, UUID]]
    unclear_cut_off: float

    @cached_property
    def evidence(self) -> Numbers:
        """Evidence of each pair."""
        scores = np.array([pair.score for pair in self.found.pairs])
        return np.asarray(np.log(scores / (1 - scores)))

    @cached_property
    def is_good(self) -> Mask:
        """Whether each pair is of grade 2 or better."""
        return np.array([self.case.judged.grades.get(ends, 0) >= GOOD for ends in self._ends], dtype=np.bool_)

    @cached_property
    def is_wrong(self) -> Mask:
        """Whether each is a hard negative."""
        return np.array([ends in self.case.judged.hard_negatives for ends in self._ends], dtype=np.bool_)

    def is_shown(self, scale: Scale) -> Mask:
        """Say which pairs are shown on a scale."""
        scores = scale.of(self.evidence)
        is_clear = np.array([ends in self.clear for ends in self._ends], dtype=np.bool_)
        return np.asarray((scores >= scale.cut_off) & (is_clear | (scores >= self.unclear_cut_off)))

    def shown(self, scale: Scale) -> Shown:
        """Count what is shown on a scale."""
        kept = [pair for pair, is_kept in zip(self.found.pairs, self.is_shown(scale), strict=True) if is_kept]
        return shown(replace(self.found, pairs=tuple(kept)), self.case.judged)

    def surprise(self, scale: Scale) -> float:
        """Give the mean negative log-likelihood of what people say of the pairs, in nats: less is better."""
        scores = np.clip(scale.of(self.evidence), 1e-9, 1 - 1e-9)
        return float(-np.log(np.where(self.is_good, scores, 1 - scores)).mean())

    @cached_property
    def _ends(self) -> list[tuple[UUID, UUID]]:
        return [(pair.guest_id, pair.host_id) for pair in self.found.pairs]


def sampled(case: Case, configuration: Configuration) -> Sample:
    """Score each pair of a mission, whatever its score."""
    weights = configuration.weights
    bare = replace(weights, centre=0.0, steepness=1.0, cut_off=0.0, unclear_cut_off=0.0)
    found = replace(configuration, weights=bare).recommend(case.guests, case.hosts)
    strict = replace(bare, unclear_cut_off=ALWAYS_CLEAR)
    seen = replace(configuration, weights=strict).recommend(case.guests, case.hosts)
    clear = frozenset((pair.guest_id, pair.host_id) for pair in seen.pairs)
    return Sample(case, found, clear, weights.unclear_cut_off)


def fitted(samples: Sequence[Sample]) -> Scale:
    """Choose the scale on missions.

    Raises:
        ValueError: there is none, or one has no good pair, or no other.

    """
    if not samples or any(sample.is_good.all() or not sample.is_good.any() for sample in samples):
        raise ValueError("a scale is chosen on missions that have good pairs and others")
    steepness, shift = _regression(samples)
    unpriced = Scale(centre=-shift / steepness, steepness=steepness, cut_off=WEAK / (WEAK + MISSED))
    price = _price(samples, unpriced)
    return replace(unpriced, cut_off=price / (price + MISSED))


def _price(samples: Sequence[Sample], scale: Scale) -> float:
    """Say what a pair that is shown and not good costs on average, hard negatives and all."""
    masks = [sample.is_shown(scale) & ~sample.is_good for sample in samples]
    wrong = sum(int(sample.is_wrong[mask].sum()) for sample, mask in zip(samples, masks, strict=True))
    weak = sum(int(mask.sum()) for mask in masks)
    return WEAK + (WRONG - WEAK) * wrong / max(weak, 1)


def _regression(samples: Sequence[Sample]) -> tuple[float, float]:
    """Fit slope and shift by Newton's method: the likelihood of a good fit is logistic in the evidence."""
    rows = np.concatenate([np.stack([sample.evidence, np.ones_like(sample.evidence)], axis=1) for sample in samples])
    good = np.concatenate([sample.is_good for sample in samples]).astype(float)
    share = np.concatenate([np.full(len(sample.evidence), 1 / len(sample.evidence)) for sample in samples])
    found = np.zeros(2)
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-rows @ found))
        slope = rows.T @ (share * (likely - good)) + RIDGE * found
        bend = (rows * (share * likely * (1 - likely))[:, None]).T @ rows + RIDGE * np.eye(2)
        found = found - np.linalg.solve(bend, slope)
    return float(found[0]), float(found[1])


ALL = "all of them"
OTHERS = "the others"


def scales(samples: Sequence[Sample]) -> dict[str, Scale]:
    """Choose the scale on each mission alone, and on all of them.

    Raises:
        ValueError: there is no mission, or one has no good pair, or no other.

    """
    whole = fitted(samples)
    alone = {sample.case.name: fitted([sample]) for sample in samples}
    return alone | {ALL: whole} if len(samples) > 1 else alone


def report(samples: Sequence[Sample]) -> Iterator[str]:
    """Print the scales, and how well each mission is served by each and by that of the other missions."""
    chosen = scales(samples)
    width = max(map(len, chosen)) + 2
    yield " ".join([f"{'chosen on':{width}}", *(f"{name:>9}" for name in ("centre", "slope", "cut-off"))])
    for name, scale in chosen.items():
        numbers = (scale.centre, scale.steepness, scale.cut_off)
        yield " ".join([f"{name:{width}}", *(f"{number:9.3f}" for number in numbers)])
    for sample in samples:
        yield f"\n{sample.case.name}, on the scale of"
        others = [other for other in samples if other is not sample]
        for name, scale in (chosen | ({OTHERS: fitted(others)} if others else {})).items():
            yield f"{name:{width}} log loss {sample.surprise(scale):.4f}, {sample.shown(scale)}"
