"""Strategies that score the pairs of a mission, by name: what a mission kind can ask for (group `caravan.scorers`)."""

from collections.abc import Sequence

from matching.recommending.profiles import Profile
from matching.recommending.recommendation import Recommendations
from matching.recommending.weights import Weights


def lexical(guests: Sequence[Profile], hosts: Sequence[Profile], weights: Weights) -> Recommendations:
    """Score by the words of offers and needs, without a model: exact within a language, weak between languages."""
    from matching.recommending.matrix.lexical_scorer import recommend  # noqa: PLC0415  loads numpy and the morphology when first used

    return recommend(guests, hosts, weights)


def meaning(guests: Sequence[Profile], hosts: Sequence[Profile], weights: Weights) -> Recommendations:
    """Score by what offers and needs mean, within a language and between languages; without a model by words alone."""
    from matching.recommending.embeddings import cache  # noqa: PLC0415  as below
    from matching.recommending.matrix.semantic_scorer import memory_of_process, recommend  # noqa: PLC0415  loads numpy

    return recommend(guests, hosts, weights, memory_of_process() if cache.is_model_allowed() else None)
