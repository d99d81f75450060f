"""Recommendations for a whole mission from lemmas, character n-grams and partnership types."""

from collections.abc import Callable, Sequence

import numpy as np

from matching.recommending.matrix.activity_titles import hinted
from matching.recommending.matrix.evidence import forbidden, item_evidence, pair_evidence
from matching.recommending.matrix.explanation import Explainer
from matching.recommending.matrix.lexical_index import ItemIndex
from matching.recommending.matrix.organisations import OneSide, one_side
from matching.recommending.matrix.word_similarity_matrix import Items, Likeness
from matching.recommending.profiles import Profile
from matching.recommending.recommendation import Recommendation, Recommendations
from matching.recommending.scoring.bm25 import Matrix
from matching.recommending.weights import Weights, calibrate

DIGITS = 9
"""Evidence is rounded to these decimals: sums differ beyond them from one machine to another."""


def recommend(
    guests: Sequence[Profile],
    hosts: Sequence[Profile],
    weights: Weights,
    index: ItemIndex | None = None,
    likeness_of: Callable[[Items, Weights], Likeness] = Likeness,
) -> Recommendations:
    """Score each guest with each host; the order of the profiles and of their items changes nothing.

    Args:
        guests: profiles of the guest side.
        hosts: profiles of the host side.
        weights: how to score, and from which score on to show a pair.
        index: readings of items to take from and add to; without it everything is read anew.
        likeness_of: makes what compares the items of the mission.

    Raises:
        ValueError: an organisation is there twice on one side.

    """
    index = ItemIndex() if index is None else index
    one, other = one_side(guests, index), one_side(hosts, index)
    shelves = (one.needs, one.offers, other.needs, other.offers)
    likeness = likeness_of([item for shelf in shelves for item in shelf.items], weights)
    found = hinted(item_evidence(one, other, likeness, weights), one, other, likeness_of, weights)
    evidence = pair_evidence(one, other, found, weights).round(DIGITS)
    evidence[forbidden(one, other, likeness, weights) > 0] = -np.inf
    return Recommendations(
        guests=tuple(profile.organisation_id for profile in one.profiles),
        hosts=tuple(profile.organisation_id for profile in other.profiles),
        scores=tuple(tuple(calibrate(value, weights) for value in row) for row in evidence.tolist()),
        pairs=_best_first(one, other, evidence, Explainer(one, other, found, likeness, weights), weights),
    )


def _best_first(
    guests: OneSide, hosts: OneSide, evidence: Matrix, explainer: Explainer, weights: Weights
) -> tuple[Recommendation, ...]:
    """List the pairs from the cut-off on that items carry, by evidence; a score near 1 no longer tells them apart."""
    scored = [
        (value, calibrate(value, weights), i, j)
        for i, row in enumerate(evidence.tolist())
        for j, value in enumerate(row)
        if np.isfinite(value)
    ]
    shown = sorted((one for one in scored if one[1] >= weights.cut_off), key=lambda one: (-one[0], *one[2:]))
    return tuple(
        Recommendation(
            guest_id=guests.profiles[i].organisation_id,
            host_id=hosts.profiles[j].organisation_id,
            score=score,
            reasons=reasons,
        )
        for _, score, i, j in shown
        if (reasons := explainer.reasons(i, j, clear_only=score < weights.unclear_cut_off))
    )
