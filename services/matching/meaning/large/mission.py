"""A mission of thousands, read once: everybody's best partners, or those of one who has just come."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from threadpoolctl import threadpool_limits

from matching.domain.items import Profile
from matching.domain.scores import Weights
from matching.lexical.vectors import Matrix, rarity
from matching.meaning.large.evidence import Direction, standardised
from matching.meaning.large.shelves import Arrays, Places, Reader, Turns, text_of
from matching.meaning.large.shortlist import shortlist
from matching.meaning.memory import Memory
from matching.meaning.texts import Term

LENGTH = 20
"""Partners in a shortlist: of each guest and of each host, by the needs of one, of the other, and of both."""
DIRECTIONS = ((0, 1), (1, 0), (0, 0))
"""What of a guest meets what of a host, 0 its needs and 1 its offers. A partner good in one way alone has its place."""


class LargeMission:
    """Guests and hosts as arrays.

    Thousands of small products run on one thread of BLAS, ten times as fast as on several that wait for one another.
    """

    def __init__(self, guests: Sequence[Profile], hosts: Sequence[Profile], weights: Weights, memory: Memory) -> None:
        everybody = [*guests, *hosts]
        self._weights = weights
        self._reader = Reader(memory, Turns.of(everybody, memory), _rarity(everybody), weights.texts.first)
        self._guests = self._read(guests)
        self._hosts = self._read(hosts)

    def everybody(self) -> tuple[Places, Matrix]:
        """Give the pairs of all shortlists, shape (pairs, 2) as places of guest and host, and their evidence."""
        sides = [(self._guests[i].wide, self._hosts[j].wide) for i, j in DIRECTIONS]
        pairs = np.unique(np.concatenate([shortlist(one, other, LENGTH) for one, other in sides]), axis=0)
        with threadpool_limits(1):
            return pairs, self._evidence(self._guests, pairs)

    def newcomer(self, guest: Profile) -> tuple[Places, Matrix]:
        """Give the best hosts of one guest who is not of the mission yet, and the evidence."""
        with threadpool_limits(1):
            own = self._read([guest])
            liked = [self._hosts[j].wide @ own[i].wide[0] for i, j in DIRECTIONS]
            length = min(LENGTH, len(liked[0]))
            near = np.unique([values.argpartition(-length)[-length:] for values in liked])
            pairs = np.stack([np.zeros_like(near), near], axis=1)
            return pairs[:, 1], self._evidence(own, pairs)

    def _read(self, profiles: Sequence[Profile]) -> tuple[Arrays, Arrays]:
        return self._reader.arrays([p.needs for p in profiles]), self._reader.arrays([p.offers for p in profiles])

    def _evidence(self, guests: tuple[Arrays, Arrays], pairs: Places) -> Matrix:
        """Sum up both directions and needs that answer each other, as the evidence of small missions does."""
        weights, partnerships = self._weights, self._weights.partnerships
        turned = np.lexsort((pairs[:, 0], pairs[:, 1]))

        def share(need: str, offer: str) -> float:
            return 1 - weights.partnership + weights.partnership * partnerships.fit(need, offer)

        one = Direction(guests[0], self._hosts[1], share, weights).evidence(pairs)
        other = np.zeros(len(pairs))
        other[turned] = Direction(self._hosts[0], guests[1], share, weights).evidence(pairs[turned][:, ::-1])
        both = Direction(guests[0], self._hosts[0], partnerships.answer_each_other, weights).evidence(pairs)
        first, second, third = (standardised(values, pairs, weights) for values in (one, other, both))
        return np.asarray((first + second) / 2 + weights.both_need * third)


def _rarity(profiles: Sequence[Profile]) -> dict[Term, float]:
    """Weigh each word by how few items of its language have it."""
    texts = [text_of(item) for profile in profiles for item in (*profile.needs, *profile.offers)]
    found: dict[Term, float] = {}
    for language in sorted({text.language for text in texts}):
        own = [text for text in texts if text.language == language]
        rare = rarity([Counter({term.base for term in text.terms}) for text in own])
        found |= {term: rare[term.base] for text in own for term in text.terms}
    return found
