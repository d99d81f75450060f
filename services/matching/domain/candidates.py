"""Pairs that may meet, and what each is worth beside the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from matching.domain.people import Id
from matching.domain.timetable import Pair

LARGEST_VALUE = 2**53
"""Whole numbers up to here are exact as floating point, in which the solver states its bound."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A pair that may meet: worth its value, and more than any number of pairs of a later tier."""

    guest_id: Id
    host_id: Id
    value: int
    tier: int = 0

    @cached_property
    def pair(self) -> Pair:
        """The guest and the host."""
        return self.guest_id, self.host_id


def weights_of(candidates: Sequence[Candidate]) -> dict[Pair, int]:
    """Give the worth of each pair in one unit: one point of the last tier."""
    total, weights = 0, dict[Pair, int]()
    for tier in sorted({candidate.tier for candidate in candidates}, reverse=True):
        unit = total + 1
        members = {candidate.pair: unit * candidate.value for candidate in candidates if candidate.tier == tier}
        total += sum(members.values())
        weights |= members
    return weights
