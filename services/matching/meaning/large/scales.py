"""What a round has measured of a mission, kept so that whoever comes later is scored by the same measure."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from uuid import UUID

import numpy as np

from matching.domain.scores import Weights
from matching.lexical.scale import USUAL, Measure
from matching.lexical.vectors import Matrix
from matching.meaning.large.measures import Units
from matching.meaning.large.rows import Places
from matching.meaning.large.totals import Standard


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
