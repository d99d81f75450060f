"""Which items carried the score of a pair, and whether anyone sees from their words why."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.recommending.highlights import ALIKE
from matching.recommending.matrix.explanation import LEAST_SHARE, MOST_REASONS
from matching.recommending.recommendation import Direction, Reason
from matching.recommending.scoring.evidence import runs
from matching.recommending.scoring.features import Collection, Dictionary
from matching.recommending.scoring.pairs import DIRECTIONS, FOREIGN, Cells, meetings
from matching.recommending.scoring.sparse import Mask, Places, Rows, Values, binary, indicator
from matching.recommending.weights import Weights

NAMES: tuple[Direction, ...] = tuple(sorted(DIRECTIONS))


@dataclass(frozen=True)
class Carriers:
    """Needs and what met them best, the strongest of each pair first."""

    pair: Places
    direction: Places
    """Its place among `NAMES`."""
    need: Places
    offer: Places
    language: Places
    """In which language they met; `FOREIGN` where they have none in common."""

    def of(self, mask: Mask | Places) -> "Carriers":
        """Keep some."""
        return Carriers(*(part[mask] for part in vars(self).values()))


def carriers(found: Iterable[tuple[Direction, Cells, Values]], weights: Weights) -> Carriers:
    """Name the items that carry each pair, as `matrix.explanation.Explainer` does, weaker ones left out."""
    worth = {"guest_needs": 0.5, "host_needs": 0.5, "both_need": weights.both_need}
    parts = [_best(cells, values, direction, worth[direction]) for direction, cells, values in found]
    pair, direction, need, offer, strength = (np.concatenate([part[k] for part in parts]) for k in range(5))
    order = np.lexsort((need, direction, -strength.round(9), pair))
    listed = Carriers(pair[order], direction[order], need[order], offer[order], np.full(len(order), FOREIGN))
    strongest = np.repeat(strength[order][_firsts(listed.pair)], np.diff(np.append(_firsts(listed.pair), len(order))))
    return listed.of(strength[order] >= LEAST_SHARE * strongest)


def _best(found: Cells, values: Values, direction: Direction, worth: float) -> tuple[NDArray[np.generic], ...]:
    starts = runs(found)
    if not len(starts):
        empty = np.zeros(0, dtype=np.int64)
        return empty, empty, empty, empty, np.zeros(0)
    near = values.round(9)
    greatest = np.repeat(np.maximum.reduceat(near, starts), np.diff(np.append(starts, len(near))))
    places = np.minimum.reduceat(np.where(near == greatest, np.arange(len(near)), len(near)), starts)
    places = places[values[places] > 0]
    strength = values[places].astype(np.float64) * worth
    numbers = np.full(len(places), NAMES.index(direction))
    keep = strength > 0
    return tuple(
        part[keep] for part in (found.pair[places], numbers, found.need[places], found.offer[places], strength)
    )


@dataclass(frozen=True)
class Clearness:
    """Tells from which readings anyone sees that they met: two words alike, or one that says the same of both.

    `matching.recommending.highlights.met` says it of two texts; a form of a base form counts here for all of them.
    """

    dictionary: Dictionary
    table: Rows
    """Which words of the first collection are clearly alike to which of the other one."""

    def is_clear(self, one: Collection, other: Collection, need: Places, offer: Places) -> tuple[Mask, Values]:
        """Say which readings met clearly, and how many words of the first one did."""
        rows, columns = self.table.shape
        asked, given = self._spoken(one, need, rows), self._spoken(other, offer, columns)
        bases = self._bases()
        hit, struck = binary(asked[0] @ self.table), binary(given[0] @ self.table.T)
        right = _shared(binary(hit @ bases[:columns]), binary(given[0] @ bases[:columns]))
        left = _shared(binary(struck @ bases[:rows]), binary(asked[0] @ bases[:rows]))
        same = sum(_shared(binary(asked[k] @ self.table), given[k]) for k in (1, 2))
        return (np.minimum(left, right) > 1) | (same > 0), left

    def turned(self) -> "Clearness":
        """The same from the other side."""
        return Clearness(self.dictionary, Rows(self.table.T))

    def _spoken(self, side: Collection, readings: Places, size: int) -> tuple[Rows, Rows, Rows]:
        """Terms of readings: all, those that say what a thing is for, and those that say what it is."""
        words, purposes = side.readings.words[readings], side.readings.purposes[readings]
        term = indicator(self.dictionary.term[: words.shape[1]], size)
        things = Rows(words - purposes)
        things.eliminate_zeros()
        return binary(words @ term), binary(purposes @ term), binary(things @ term)

    def _bases(self) -> Rows:
        found = np.zeros(len(self.dictionary.terms), dtype=np.int64)
        found[self.dictionary.term] = self.dictionary.base
        return indicator(found, len(self.dictionary.bases))


def clearly(table: Rows) -> Rows:
    """Keep who is alike enough for anyone to see it."""
    seen = np.flatnonzero(table.data >= ALIKE)
    ends = np.searchsorted(seen, table.indptr).astype(np.int32)
    return Rows((np.ones(len(seen), dtype=np.float32), table.indices[seen], ends), shape=table.shape)


def worth_telling(
    listed: Carriers, guests: Collection, hosts: Collection, clearness: Clearness, clear_only: Mask
) -> Carriers:
    """Keep up to three clear carriers of each pair; without any the strongest, unless clear ones are asked for."""
    is_clear = np.zeros(len(listed.pair), dtype=np.bool_)
    for number, direction in enumerate(NAMES):
        some = np.flatnonzero(listed.direction == number)
        sides = [(guests, hosts)[DIRECTIONS[direction][k][0]] for k in range(2)]
        known = clearness if sides[0] is guests else clearness.turned()
        is_clear[some], listed.language[some] = _clear(listed.of(some), sides[0], sides[1], known)
    has_clear = np.zeros(int(listed.pair.max(initial=-1)) + 1, dtype=np.bool_)
    has_clear[listed.pair[is_clear]] = True
    first = np.zeros(len(listed.pair), dtype=np.bool_)
    first[_firsts(listed.pair)] = True
    kept = is_clear | (first & ~has_clear[listed.pair] & ~clear_only[listed.pair])
    found = listed.of(kept)
    rank = np.arange(len(found.pair)) - np.searchsorted(found.pair, found.pair)
    return found.of(rank < MOST_REASONS)


def _clear(listed: Carriers, one: Collection, other: Collection, clearness: Clearness) -> tuple[Mask, Places]:
    """Say which carriers are clear in the language in which most of their words met, and that language."""
    met = meetings(Cells(np.arange(len(listed.need)), listed.need, listed.offer), one, other)
    seen, marks = clearness.is_clear(one, other, met.need, met.offer)
    found, language = np.zeros(len(listed.need), dtype=np.bool_), np.full(len(listed.need), FOREIGN)
    order = np.lexsort((-np.arange(len(met)), marks, met.cell))
    found[met.cell[order]], language[met.cell[order]] = seen[order], met.language[order]
    return found, language


def told(listed: Carriers, place: int, guests: Collection, hosts: Collection) -> Reason:
    """Say a carrier without its marks: they are made for who reads it."""
    direction = NAMES[listed.direction[place]]
    one, other = ((guests, hosts)[DIRECTIONS[direction][k][0]] for k in range(2))
    need, offer = one.readings.items[listed.need[place]], other.readings.items[listed.offer[place]]
    number = int(listed.language[place])
    languages = [min(need.texts), min(offer.texts)] if number == FOREIGN else [one.language(number)] * 2
    return Reason(
        direction=direction,
        need_id=need.id,
        offer_id=offer.id,
        need_text=need.texts[languages[0]],
        offer_text=offer.texts[languages[1]],
        unmarked=(languages[0], languages[1]),
    )


def _firsts(pair: Places) -> Places:
    return np.flatnonzero(np.diff(pair, prepend=-1))


def _shared(one: Rows, other: Rows) -> Values:
    return np.asarray(one.multiply(other).sum(axis=1)).ravel()
