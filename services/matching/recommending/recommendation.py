"""Recommended pairs of a mission, each with the reasons that carry its score."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol
from uuid import UUID

from matching.recommending.profiles import Profile
from matching.recommending.weights import Weights

Direction = Literal["guest_needs", "host_needs", "both_need"]
Span = tuple[int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """A need and what meets it, with the spans of the words that met, as character offsets into the two texts.

    `guest_needs` and `host_needs` name a need and the other side's offer. In `both_need` a guest's need and a host's
    need answer each other (one sells what the other buys, or both seek the same thing): `offer_*` is the host's need.
    """

    direction: Direction
    need_id: str
    offer_id: str
    need_text: str
    offer_text: str
    need_marks: tuple[Span, ...] = ()
    offer_marks: tuple[Span, ...] = ()
    unmarked: tuple[str, str] | None = None
    """The languages of the two texts, where their marks are left to whoever shows them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recommendation:
    """A pair above the cut-off: score from 0 to 1 and one to three reasons, the strongest first."""

    guest_id: UUID
    host_id: UUID
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True)
class Recommendations:
    """All pairs of a mission: every score, and the pairs that are worth showing, best first.

    `scores` has a row for each of `guests` and a column for each of `hosts`; a forbidden pair has 0. It is empty for a
    mission so large that not every pair is scored.
    """

    guests: tuple[UUID, ...]
    hosts: tuple[UUID, ...]
    scores: tuple[tuple[float, ...], ...]
    pairs: tuple[Recommendation, ...]

    def for_guest(self, guest_id: UUID) -> tuple[Recommendation, ...]:
        """The hosts recommended to a guest, best first; equal scores by the host's id."""
        return self._by_guest.get(guest_id, ())

    def for_host(self, host_id: UUID) -> tuple[Recommendation, ...]:
        """The guests recommended to a host, best first; equal scores by the guest's id."""
        return self._by_host.get(host_id, ())

    @cached_property
    def _by_guest(self) -> dict[UUID, tuple[Recommendation, ...]]:
        return _grouped(self.pairs, lambda pair: pair.guest_id)

    @cached_property
    def _by_host(self) -> dict[UUID, tuple[Recommendation, ...]]:
        return _grouped(self.pairs, lambda pair: pair.host_id)


class Scorer(Protocol):
    """A named strategy that scores every pair of a mission."""

    def __call__(self, guests: Sequence[Profile], hosts: Sequence[Profile], weights: Weights) -> Recommendations:
        """Score each guest with each host; the order of the profiles changes nothing."""
        ...


def _grouped(
    pairs: tuple[Recommendation, ...], key: Callable[[Recommendation], UUID]
) -> dict[UUID, tuple[Recommendation, ...]]:
    """Split pairs by one of their ends and keep their order."""
    groups: dict[UUID, list[Recommendation]] = {}
    for pair in pairs:
        groups.setdefault(key(pair), []).append(pair)
    return {end: tuple(group) for end, group in groups.items()}
