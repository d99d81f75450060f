"""The weights of a score and its last step: from evidence to a number that people can read."""

from dataclasses import dataclass, field
from math import exp

from matching.domain.partnerships import Partnerships


@dataclass(frozen=True, kw_only=True)
class Weights:
    """How pairs are scored; one configuration serves every mission of a kind.

    Evidence is measured in units of the mission's typical best match, so it means the same in a small and a large one.
    """

    words: float = 0.5
    """Share of equal words (BM25 on base forms)."""
    letters: float = 0.5
    """Share of alike words (cosine of character n-grams)."""
    partnership: float = 0.75
    """Share of the evidence that an item pair keeps only if its partnership types fit, from 0 to 1."""
    best: float = 0.7
    """Share of an organisation's best-met need; the rest is the mean over its needs."""
    mission: float = 0.5
    """Share of the evidence as it stands; the rest is taken above the mean of the guest's and of the host's row."""
    both_need: float = 0.25
    """Weight of two needs that answer each other, added to the mean of the two directions."""
    activity: float = 0.1
    """Weight of close activity codes, where two profiles have no common language."""
    rival_likeness: float = 0.2
    """Cosine of n-grams from which two makers of the same activity class are rivals."""
    steepness: float = 15.0
    """Logistic units per unit of evidence."""
    centre: float = 0.36
    """Evidence at which a good fit is as likely as not."""
    cut_off: float = 0.1
    """Least score that is shown, from 0 to 1."""
    partnerships: Partnerships = field(default_factory=Partnerships)


def calibrate(evidence: float, weights: Weights) -> float:
    """Turn evidence into a score: the likelihood of a good fit, dimensionless, from 0 to 1.

    Evidence of minus infinity marks a forbidden pair and gives 0.
    A missed partner costs a meeting, a weak one shown costs a glance: hence a cut-off of one in ten.
    The logistic was fitted once to pairs graded by two people (grade 2 and better of 3).
    """
    logit = weights.steepness * (evidence - weights.centre)
    return 1 / (1 + exp(-logit)) if logit > 0 else exp(logit) / (1 + exp(logit))
