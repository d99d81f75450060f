"""Reasons of a pair: the items that carried its score."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matching.recommending.highlights import Meeting
from matching.recommending.matrix.evidence import ItemEvidence
from matching.recommending.matrix.organisations import OneSide, Shelf
from matching.recommending.matrix.word_similarity_matrix import Likeness
from matching.recommending.recommendation import Direction, Reason
from matching.recommending.scoring.bm25 import Matrix
from matching.recommending.weights import Weights

MOST_REASONS = 3
LEAST_SHARE = 0.4
"""A further reason is given if it is clear and carries at least this share of what the first one does."""


@dataclass(frozen=True)
class Carrier:
    """A need, what meets it best, and how much that carries."""

    strength: float
    direction: Direction
    need: int
    offer: int


class Explainer:
    """Names the need and the offer that met, for any pair of one scored mission."""

    def __init__(
        self, guests: OneSide, hosts: OneSide, found: ItemEvidence, likeness: Likeness, weights: Weights
    ) -> None:
        self._likeness = likeness
        self._shelves: dict[Direction, tuple[Shelf, Shelf]] = {
            "guest_needs": (guests.needs, hosts.offers),
            "host_needs": (hosts.needs, guests.offers),
            "both_need": (guests.needs, hosts.needs),
        }
        self._matrices: dict[Direction, Matrix] = {
            "guest_needs": found.guest_needs / 2,
            "host_needs": found.host_needs / 2,
            "both_need": found.both_need * weights.both_need,
        }

    def reasons(self, guest: int, host: int, *, clear_only: bool = False) -> tuple[Reason, ...]:
        """Give one to three reasons of a pair, the strongest first; none if no items met.

        Args:
            guest: place of the guest among the guests.
            host: place of the host among the hosts.
            clear_only: give none rather than the strongest, if nobody sees from its words why.

        """
        carriers = sorted(self._carriers(guest, host), key=lambda c: (-round(c.strength, 9), c.direction, c.need))
        enough = (c for c in carriers if c.strength >= LEAST_SHARE * carriers[0].strength)
        met = [(carrier, self._meeting(carrier)) for carrier in enough]
        clear = [(carrier, found) for carrier, found in met if found.is_clear]
        worth = clear or ([] if clear_only else met[:1])
        return tuple(self._reason(carrier, found) for carrier, found in worth[:MOST_REASONS])

    def _carriers(self, guest: int, host: int) -> Iterator[Carrier]:
        for direction, (needs, offers) in self._shelves.items():
            needy, giver = (host, guest) if direction == "host_needs" else (guest, host)
            rows, columns = needs.slices[needy], offers.slices[giver]
            block = self._matrices[direction][rows, columns]
            for row, values in enumerate(block if block.shape[1] else []):
                best = int(np.argmax(values.round(9)))
                if values[best] > 0:
                    yield Carrier(float(values[best]), direction, rows.start + row, columns.start + best)

    def _meeting(self, carrier: Carrier) -> Meeting:
        needs, offers = self._shelves[carrier.direction]
        return self._likeness.meeting(needs.items[carrier.need], offers.items[carrier.offer])

    def _reason(self, carrier: Carrier, met: Meeting) -> Reason:
        needs, offers = self._shelves[carrier.direction]
        return Reason(
            direction=carrier.direction,
            need_id=needs.items[carrier.need].item.id,
            offer_id=offers.items[carrier.offer].item.id,
            need_text=met.need_text,
            offer_text=met.offer_text,
            need_marks=met.need_marks,
            offer_marks=met.offer_marks,
        )
