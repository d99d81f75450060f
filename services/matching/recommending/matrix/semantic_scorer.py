"""Recommendations for a whole mission from what offers and needs mean."""

import logging
from collections.abc import Sequence
from functools import cache, partial

from matching.recommending.embeddings.cache import Memory
from matching.recommending.embeddings.encoder import PACKAGE, installed
from matching.recommending.matrix import lexical_scorer as lexical
from matching.recommending.matrix.item_similarity import ItemLikeness
from matching.recommending.profiles import Profile
from matching.recommending.recommendation import Recommendations
from matching.recommending.scoring import score as large
from matching.recommending.weights import Weights

log = logging.getLogger(__name__)


def recommend(
    guests: Sequence[Profile], hosts: Sequence[Profile], weights: Weights, memory: Memory | None
) -> Recommendations:
    """Score each guest with each host; the order of the profiles and of their items changes nothing.

    In a large mission those are scored who may be worth showing (`matching.recommending.scoring`).

    Args:
        guests: profiles of the guest side.
        hosts: profiles of the host side.
        weights: how to score, and from which score on to show a pair.
        memory: where vectors come from; None to score by words, letters and the lexicon alone.

    Raises:
        ValueError: an organisation is there twice on one side.

    """
    if memory is not None and len(guests) * len(hosts) > weights.large:
        return large.recommend(guests, hosts, weights, memory)
    return lexical.recommend(guests, hosts, weights, likeness_of=partial(ItemLikeness, memory=memory))


@cache
def memory_of_process() -> Memory | None:
    """The vectors that this process keeps; None, and said so once, where no model is installed."""
    encoder = installed()
    if encoder is None:
        log.warning("model was not found, words alone are compared", extra={"cause": f"no {PACKAGE} installed"})
        return None
    return Memory(encoder)
