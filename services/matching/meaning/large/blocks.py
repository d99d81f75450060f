"""Blocks of guests with all whom they are compared with."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import numpy as np

from matching.domain.recommendations import Direction
from matching.domain.scores import Weights
from matching.meaning.large.candidates import Chosen
from matching.meaning.large.cells import DIRECTIONS, Cells, Meetings, cells, meetings
from matching.meaning.large.collection import Collection
from matching.meaning.large.evidence import fitting, pooled
from matching.meaning.large.measures import Measured, Units, by_cell, measured
from matching.meaning.large.rows import Values


@dataclass(frozen=True)
class Part:
    """What was measured of one direction of a block: the cells, their readings, and what those have in common."""

    found: Cells
    met: Meetings
    values: Measured


Block = dict[Direction, Part]


class Comparing:
    """Compares the pairs that were chosen, some guests at a time."""

    def __init__(self, mission: Collection, chosen: Chosen, weights: Weights) -> None:
        self._mission, self._chosen, self._weights = mission, chosen, weights

    def block(self, start: int, end: int) -> bytes:
        """Measure the pairs of the guests from one place up to another."""
        arrays = {}
        for direction, found, met, words in self._laid_out(start, end):
            values = measured((self._mission, self._mission), found, met, words, self._weights)
            arrays[direction] = np.stack([values.words, values.letters, values.meaning])
        file = BytesIO()
        np.savez(file, **arrays)  # type: ignore[arg-type]  # names are free
        return file.getvalue()

    def restored(self, start: int, end: int, stored: bytes) -> Block:
        """Lay out a block that was measured."""
        with np.load(BytesIO(stored)) as arrays:
            laid_out = self._laid_out(start, end)
            return {one: Part(found, met, Measured(*arrays[one])) for one, found, met, _ in laid_out}

    def evidence(self, block: Block, units: Units) -> Iterator[tuple[Direction, Cells, Values]]:
        """Give the cells of a block and their evidence, by direction."""
        names = [str(name) for name in self._mission.languages.known]
        for direction, part in block.items():
            values = part.values.evidence(part.met, direction, names, units, self._weights)
            best = by_cell(values, part.met, len(part.found))
            sides = (self._mission, self._mission)
            yield direction, part.found, fitting(part.found, best, direction, sides, self._weights)

    def pooled(self, block: Block, units: Units, count: int) -> Values:
        """Give the evidence of the pairs of a block, shape (pairs, 3)."""
        columns = [
            pooled(found, values, count, one, self._weights) for one, found, values in self.evidence(block, units)
        ]
        return np.stack(columns, axis=1)

    def pairs(self, start: int, end: int) -> slice:
        """Where the pairs of guests stand."""
        return slice(*np.searchsorted(self._chosen.pairs[:, 0], (start, end)).tolist())

    def _laid_out(self, start: int, end: int) -> Iterator[tuple[Direction, Cells, Meetings, Values]]:
        place, mission = self.pairs(start, end), self._mission
        for direction in DIRECTIONS:
            found = cells(self._chosen.pairs[place], mission, mission, direction)
            met = meetings(found, mission, mission)
            words = slice(*np.searchsorted(self._chosen.pair[direction], (place.start, place.stop)).tolist())
            yield direction, found, met, self._chosen.words[direction][words]
