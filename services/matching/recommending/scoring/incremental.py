"""Score one newcomer.

One profile against a mission: who has just come, or says something else now.

A large mission kept at hand, so that who comes or changes is scored at once.
"""

from collections.abc import Collection as Those
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from scipy import sparse

from matching.recommending.embeddings.cache import Memory
from matching.recommending.matrix.evidence import summed
from matching.recommending.matrix.lexical_scorer import DIGITS
from matching.recommending.profiles import Profile
from matching.recommending.recommendation import Direction, Recommendation
from matching.recommending.scoring import evidence
from matching.recommending.scoring.bm25 import STRANGERS, Matrix
from matching.recommending.scoring.candidates import LENGTH, PANEL, spread
from matching.recommending.scoring.evidence import fitting, pooled
from matching.recommending.scoring.features import GUESTS, HOSTS, Collection
from matching.recommending.scoring.pairs import DIRECTIONS, Cells, cells, meetings
from matching.recommending.scoring.reasons import Clearness, carriers, clearly, told, worth_telling
from matching.recommending.scoring.score import Mission, encode, ordered
from matching.recommending.scoring.similarity import Words, by_cell, measured
from matching.recommending.scoring.sparse import Mask, Places, Rows, Values, in_turn, one_thread
from matching.recommending.scoring.units import Scales, Standard, scored
from matching.recommending.weights import Weights, calibrate


@dataclass(frozen=True)
class Lead:
    """A pair that a newcomer is in, and its place among the pairs of the mission."""

    pair: Recommendation
    place: int


@dataclass(frozen=True)
class _Met:
    """A newcomer and some of a mission, compared: the pairs, shape (pairs, 2), and what carries them."""

    sides: tuple[Collection, Collection]
    pairs: Places
    is_near: Mask
    """Shape (pairs,): the others only tell what the newcomer has in common with everybody."""
    parts: list[tuple[Direction, Cells, Values]]
    evidence: Matrix
    """Shape (pairs, 3)."""
    clear: Rows
    """Which words of guests are clearly alike to which of hosts."""


def leads(profile: Profile, missions: list[Mission], gone: Those[UUID], scales: Scales, weights: Weights) -> list[Lead]:
    """Score one profile with the other side, in the units and means of the last round; give what is worth showing.

    Args:
        profile: who has come, or changed.
        missions: everybody as the last round knew them, and after them those who came later.
        gone: who of the first ones has left or changed since.
        scales: what the round measured.
        weights: how to score.

    """
    side = GUESTS if profile.side == "guest" else HOSTS
    with in_turn():
        own = missions[0].beside(*(([profile], []) if side == GUESTS else ([], [profile])))
        met = [_met(own, mission, side, gone, scales, weights) for mission in missions]
        standards = _standards(met, scales, side)
        return [lead for one in met for lead in _worth(one, side, standards, scales, weights)]


def _met(own: Mission, mission: Mission, side: int, gone: Those[UUID], scales: Scales, weights: Weights) -> _Met:
    places, is_near = _partners(own, mission, side, gone)
    pairs = np.stack([np.zeros_like(places), places][:: 1 if side == GUESTS else -1], axis=1)
    sides = (own.everybody, mission.everybody)[:: 1 if side == GUESTS else -1]
    table = Rows(mission.words.alike(own.terms))
    known = Words(own.shares, mission.shares, table, Rows(table.T))
    names, parts = [str(name) for name in own.everybody.languages.known], []
    for direction, ((needy, _), (giver, _)) in DIRECTIONS.items():
        found = cells(pairs, sides[0], sides[1], direction)
        met = meetings(found, sides[needy], sides[giver])
        asks = needy == side
        ends = (met.need, met.offer) if asks else (met.offer, met.need)
        alike = known.alike(*ends, weights.texts.back, asks=asks)
        values = measured((sides[needy], sides[giver]), found, met, alike, weights)
        best = by_cell(values.evidence(met, direction, names, scales.units, weights), met, len(found))
        parts.append((direction, found, fitting(found, best, direction, (sides[0], sides[1]), weights)))
    evidence: Matrix = np.stack(
        [pooled(found, values, len(pairs), one, weights) for one, found, values in parts], axis=1
    )
    clear = _spread_out(clearly(table), own, mission)
    return _Met((sides[0], sides[1]), pairs, is_near, parts, evidence, clear if side == GUESTS else Rows(clear.T))


def _partners(own: Mission, mission: Mission, side: int, gone: Those[UUID]) -> tuple[Places, Mask]:
    """Give the places of those nearest by a direction, and of some who tell what is usual; the nearest are marked."""
    others = mission.everybody.sides[1 - side]
    staying = np.ones(len(others), dtype=np.bool_)
    staying[[mission.places[1 - side][id_] for id_ in gone if id_ in mission.places[1 - side]]] = False
    near = np.zeros(len(others), dtype=np.bool_)
    for ends in DIRECTIONS.values():
        mine, theirs = (next(end for end in ends if (end[0] == side) is own_) for own_ in (True, False))
        liked = mission.briefs.wide[theirs] @ own.briefs.wide[mine][0]
        liked[~staying] = -np.inf
        near[np.argpartition(liked, -min(LENGTH, len(liked)))[-LENGTH:]] = True
    near &= staying
    asked = near.copy()
    asked[spread(len(others), PANEL)] = True
    asked &= staying
    places = np.flatnonzero(asked)
    return places, near[places]


def _standards(met: list[_Met], scales: Scales, side: int) -> list[Standard]:
    """Say what the newcomer has in common with everybody, and has at best."""
    others = len(scales.sides[1 - side])
    values = np.concatenate([one.evidence for one in met])
    is_near = np.concatenate([one.is_near for one in met])
    usual = values[~is_near].mean(0) if (~is_near).any() else np.zeros(3)
    count = int(is_near.sum())
    means = (values[is_near].sum(0) + max(others - count, 0) * usual) / (others + STRANGERS)
    best = values[is_near].max(0, initial=0.0)
    rows = [(np.array([means[k]]), np.array([best[k]])) for k in range(3)]
    return [Standard((mean, mean), (most, most)) for mean, most in rows]


def _worth(met: _Met, side: int, own: list[Standard], scales: Scales, weights: Weights) -> list[Lead]:
    profiles = [one.sides[number] for number, one in enumerate(met.sides)]
    ids = [profiles[1 - side][place].organisation_id for place in met.pairs[:, 1 - side].tolist()]
    others = scales.of(1 - side, ids)
    columns = [scored(met.evidence[:, k], own[k], others[k], weights) for k in range(3)]
    found = summed(columns, evidence.closeness(met.pairs, *met.sides), weights).round(DIGITS)
    found[evidence.forbidden(met.pairs, *met.sides, weights) | ~met.is_near] = -np.inf
    scores = np.array([calibrate(value, weights) for value in found.tolist()])
    shown = scores >= weights.cut_off
    some = [(one, *_of(shown, cells_, values)) for one, cells_, values in met.parts]
    clearness = Clearness(met.sides[0].dictionary, met.clear)
    worth = worth_telling(carriers(some, weights), *met.sides, clearness, scores < weights.unclear_cut_off)
    reasons: dict[int, list[int]] = {}
    for number, pair in enumerate(worth.pair.tolist()):
        reasons.setdefault(pair, []).append(number)
    return [
        Lead(
            Recommendation(
                guest_id=profiles[0][met.pairs[pair, 0]].organisation_id,
                host_id=profiles[1][met.pairs[pair, 1]].organisation_id,
                score=float(scores[pair]),
                reasons=tuple(told(worth, number, *met.sides) for number in numbers),
            ),
            scales.place(float(found[pair])),
        )
        for pair, numbers in reasons.items()
    ]


def _of(shown: Mask, found: Cells, values: Values) -> tuple[Cells, Values]:
    mask = shown[found.pair]
    return Cells(found.pair[mask], found.need[mask], found.offer[mask]), values[mask]


def _spread_out(table: Rows, own: Mission, other: Mission) -> Rows:
    """Give words the numbers that they have everywhere."""
    size = len(own.gatherer.dictionary.terms)
    cells_ = table.tocoo()
    places = own.numbers[cells_.row], other.numbers[cells_.col]
    return Rows(sparse.coo_array((cells_.data, places), shape=(size, size)))


class KeptMission:
    """Everybody as they were when they were read, by the measure of the last whole round."""

    def __init__(self, profiles: Sequence[Profile], scales: bytes, weights: Weights, memory: Memory) -> None:
        guests, hosts = (ordered([one for one in profiles if one.side == side]) for side in ("guest", "host"))
        self._weights, self._memory = weights, memory
        self._scales = Scales.restored(scales)
        with one_thread():
            self._mission = Mission(guests, hosts, weights, memory)
        self._later: Mapping[UUID, Profile | None] = {}
        self._missions = [self._mission]

    def leads(self, profile: Profile, later: Mapping[UUID, Profile | None]) -> list[Lead]:
        """Score one profile with the other side.

        Args:
            profile: who has come, or changed.
            later: all who have come or changed since everybody was read, as they are now; None for those who left.

        """
        if later != self._later:
            self._later, self._missions = dict(later), [self._mission, *self._beside(later)]
        encode([profile], self._memory)
        return leads(profile, self._missions, later.keys(), self._scales, self._weights)

    def _beside(self, later: Mapping[UUID, Profile | None]) -> list[Mission]:
        known = [profile for profile in later.values() if profile]
        guests, hosts = (ordered([one for one in known if one.side == side]) for side in ("guest", "host"))
        encode(known, self._memory)
        with one_thread():
            return [self._mission.beside(guests, hosts)] if known else []
