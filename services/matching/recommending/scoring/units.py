"""Units and means of a mission.

Units of a mission too large for its matrices: what its items have at best.

Some needs and some offers are compared with all that there are: by words and letters with each, by what they mean with
those whose sentences are nearest.

Evidence of all candidates, in units of the whole mission, from the evidence of blocks.

What a round has measured of a mission, kept so that whoever comes later is scored by the same measure.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from io import BytesIO
from uuid import UUID

import numpy as np

from matching.recommending.matrix.evidence import summed
from matching.recommending.matrix.item_similarity import LEAST_MEANING
from matching.recommending.matrix.word_similarity_matrix import LEAST_LETTERS, LEAST_WORDS
from matching.recommending.scoring.bm25 import STRANGERS, USUAL, Matrix, Measure
from matching.recommending.scoring.candidates import Chosen, spread
from matching.recommending.scoring.features import Collection
from matching.recommending.scoring.pairs import DIRECTIONS
from matching.recommending.scoring.similarity import Units, Words, meaning
from matching.recommending.scoring.sparse import Mask, Places, Rows, Values, in_order
from matching.recommending.weights import TextWeights, Weights

MEASURED = 200
"""Needs, and as many offers, that are compared with all; of a fifth of them, units were up to a fifth off."""
NEAREST = 20
"""Of all, so many by their sentences are compared by what they mean."""


class Measuring:
    """Measures the best matches of a mission."""

    def __init__(self, mission: Collection, words: Words, texts: TextWeights) -> None:
        self._mission, self._words, self._texts = mission, words, texts

    def units(self) -> Units:
        """Give the unit of each measure."""
        return dict(in_order(lambda part: (part[0], part[1]()), list(self._measures())))

    def _measures(self) -> Iterator[tuple[Measure, Callable[[], float]]]:
        """Say how each unit is measured."""
        rows = self._mission.rows
        for direction, shelves in DIRECTIONS.items():
            starts = [self._mission.layout.of(*shelf) for shelf in shelves]
            items = [np.arange(own[0], own[-1]) for own in starts]
            yield Measure(direction, "", "letters"), partial(_unit, items, rows.latin, rows.latin, LEAST_LETTERS)
            first = [self._mission.first_reading[some] for some in items]
            yield Measure(direction, "", "meaning"), partial(self._meant, first)
            for number, language in enumerate(map(str, self._mission.languages.known)):
                read = [self._mission.reading_in[number][some] for some in items]
                some = [one[one >= 0] for one in read]
                yield Measure(direction, language, "words"), partial(_unit, some, rows.asked, rows.given, LEAST_WORDS)
                yield (
                    Measure(direction, language, "letters"),
                    partial(_unit, some, rows.grams, rows.grams, LEAST_LETTERS),
                )
                yield Measure(direction, language, "meaning"), partial(self._meant, some)

    def _meant(self, readings: list[Places]) -> float:
        needs, offers = readings
        if not len(needs) or not len(offers):
            return LEAST_MEANING
        one, other = needs[spread(len(needs), MEASURED)], offers[spread(len(offers), MEASURED)]
        bests = [self._best(one, offers, asks=True), self._best(other, needs, asks=False)]
        return max(float(np.median(np.concatenate(bests))), LEAST_MEANING)

    def _best(self, some: Places, others: Places, *, asks: bool) -> Values:
        """Give the best meaning that some readings share with the nearest of others."""
        sentences, count = self._mission.sentences, min(NEAREST, len(others))
        one, other = (sentences.vectors[sentences.whole[read]].astype(np.float32) for read in (some, others))
        near = np.argpartition(one @ other.T, -count, axis=1)[:, -count:]
        pairs = np.repeat(some, count), others[near.ravel()]
        needs, offers = pairs if asks else pairs[::-1]
        alike = self._words.alike(needs, offers, self._texts.back, asks=True)
        found = meaning((self._mission, self._mission), (needs, offers), alike, self._texts)
        return np.asarray(found.reshape(-1, count).max(1))


def _unit(ends: list[Places], asked: Rows, given: Rows, least: float) -> float:
    """Median of what some of each end have at best with all of the other."""
    one, other = ends
    if not len(one) or not len(other):
        return least
    some, few = one[spread(len(one), MEASURED)], other[spread(len(other), MEASURED)]
    bests = [_best(asked[some], given[other]), _best(given[few], asked[one])]
    return max(float(np.median(np.concatenate(bests))), least)


def _best(rows: Rows, others: Rows) -> Values:
    """What each row has at best; 0 where it has nothing in common with any."""
    found = Rows(rows @ others.T)
    best = np.zeros(found.shape[0], dtype=np.float32)
    has = np.diff(found.indptr) > 0
    best[has] = np.maximum.reduceat(found.data, found.indptr[:-1][has]) if has.any() else 0
    return best


@dataclass(frozen=True)
class Standard:
    """What pairs usually have of one kind of evidence."""

    means: tuple[Matrix, Matrix]
    """What each guest and each host has in common with everybody."""
    best: tuple[Matrix, Matrix]

    def of(self, values: Values, pairs: Places, weights: Weights) -> Matrix:
        """Measure evidence in the unit, half of it above the means. Shape (pairs,)."""
        found: Matrix = np.asarray(weights.mission * values / USUAL, dtype=np.float64)
        for side in (0, 1):
            means, best = self.means[side][pairs[:, side]], self.best[side][pairs[:, side]]
            found = found + (1 - weights.mission) / 2 * (values - means) / np.maximum(best - means, USUAL)
        return np.asarray(found)


def standards(values: Values, chosen: Chosen, sizes: tuple[int, int]) -> list[Standard]:
    """Measure what pairs usually have, direction by direction.

    Args:
        values: shape (pairs, 3): evidence of candidates and of strangers.
        chosen: the pairs.
        sizes: how many guests and hosts there are.

    """
    return [_standard(values[:, k], chosen, sizes) for k in range(values.shape[1])]


def evidence(values: Values, pairs: Places, known: Sequence[Standard], closeness: Matrix, weights: Weights) -> Matrix:
    """Sum up the evidence of each pair, as `matrix.evidence.pair_evidence` gives it. Shape (pairs,)."""
    return summed([one.of(values[:, k], pairs, weights) for k, one in enumerate(known)], closeness, weights)


def _standard(values: Values, chosen: Chosen, sizes: tuple[int, int]) -> Standard:
    """Do for candidates and strangers what `matching.recommending.scoring.bm25.standardised` does for a matrix."""
    is_candidate = chosen.is_candidate
    best = [np.zeros(size) for size in sizes]
    for side in (0, 1):
        np.maximum.at(best[side], chosen.pairs[is_candidate, side], values[is_candidate])
    of_guests = _means(values, chosen.pairs[:, 0], is_candidate, sizes)
    of_hosts = _means(values, chosen.pairs[:, 1], is_candidate, sizes[::-1])
    return Standard((of_guests, of_hosts), (best[0], best[1]))


def _means(values: Values, ends: Places, is_candidate: Mask, sizes: tuple[int, int]) -> Matrix:
    """Give the mean of each row: its candidates as they are, all others like the strangers that it met."""
    size, others = sizes
    masks = is_candidate, ~is_candidate
    counts = [np.bincount(ends[mask], minlength=size) for mask in masks]
    sums = [np.bincount(ends[mask], values[mask], minlength=size) for mask in masks]
    usual = sums[1] / np.maximum(counts[1], 1)
    return np.asarray((sums[0] + (others - counts[0]) * usual) / (others + STRANGERS))


@dataclass(frozen=True)
class Scales:
    """Units of a mission, what each organisation has in common with everybody, and how good the listed pairs are."""

    units: Units
    standards: tuple[Standard, ...]
    sides: tuple[tuple[UUID, ...], tuple[UUID, ...]]
    """Guests and hosts, in the order of the standards."""
    evidence: Matrix
    """Of the listed pairs, the best first."""

    def stored(self) -> bytes:
        """Write them."""
        arrays = {"evidence": self.evidence}
        for number, one in enumerate(self.standards):
            arrays |= {f"means{number}{side}": one.means[side] for side in (0, 1)}
            arrays |= {f"best{number}{side}": one.best[side] for side in (0, 1)}
        told = {
            "units": [[*measure, unit] for measure, unit in self.units.items()],
            "sides": [[id_.hex for id_ in side] for side in self.sides],
        }
        file = BytesIO()
        np.savez_compressed(file, told=np.frombuffer(json.dumps(told).encode(), dtype=np.uint8), **arrays)  # type: ignore[arg-type]  # names are free
        return file.getvalue()

    @classmethod
    def restored(cls, stored: bytes) -> "Scales":
        """Read them."""
        with np.load(BytesIO(stored)) as arrays:
            told = json.loads(arrays["told"].tobytes())
            pairs = [[(arrays[f"{name}{k}0"], arrays[f"{name}{k}1"]) for name in ("means", "best")] for k in range(3)]
            guests, hosts = (tuple(UUID(id_) for id_ in side) for side in told["sides"])
            return cls(
                units={Measure(direction, language, kind): unit for direction, language, kind, unit in told["units"]},
                standards=tuple(Standard(*own) for own in pairs),
                sides=(guests, hosts),
                evidence=arrays["evidence"],
            )

    def place(self, evidence: float) -> int:
        """Say how many listed pairs are better; 1 for the best place."""
        return int(np.searchsorted(self._turned, -evidence)) + 1

    def of(self, side: int, ids: Iterable[UUID]) -> tuple[Standard, ...]:
        """Give what organisations of a side have; who came later has what is usual."""
        places = np.array([self._places[side].get(id_, -1) for id_ in ids], dtype=np.int64)
        return tuple(_picked(one, side, places) for one in self.standards)

    @cached_property
    def _turned(self) -> Matrix:
        return -self.evidence

    @cached_property
    def _places(self) -> tuple[dict[UUID, int], dict[UUID, int]]:
        guests, hosts = ({id_: place for place, id_ in enumerate(side)} for side in self.sides)
        return guests, hosts


def scored(values: Matrix, own: Standard, others: Standard, weights: Weights) -> Matrix:
    """Measure the evidence of one with others as a whole round does. Shape (others,)."""
    found = weights.mission * values / USUAL
    for means, best in ((own.means[0], own.best[0]), (others.means[0], np.maximum(others.best[0], values))):
        found = found + (1 - weights.mission) / 2 * (values - means) / np.maximum(best - means, USUAL)
    return np.asarray(found)


def _picked(standard: Standard, side: int, places: Places) -> Standard:
    known = [
        np.append(part, np.median(part) if len(part) else 0.0) for part in (standard.means[side], standard.best[side])
    ]
    means, best = (part[places] for part in known)
    return Standard((means, means), (best, best))
