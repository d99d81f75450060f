"""Evidence in units of the mission's typical best match, comparable between measures and between missions."""

from typing import NamedTuple

import numpy as np

from matching.domain.recommendations import Direction
from matching.lexical.vectors import Matrix

STRANGERS = 5
"""Partners who share nothing, counted along in each mean: the only match of a short row is not its own mean."""


USUAL = 0.6
"""Evidence of one kind that an organisation usually has with its best partner.

It is the same in every mission: measured in each, it hung on how many organisations have a partner there at all.
"""


class Measure(NamedTuple):
    """What a unit is the unit of: one kind of likeness, of texts in one language or, where it is empty, between two."""

    direction: Direction
    language: str
    kind: str


class Units:
    """Units of the mission that is being compared, measured in each matrix itself."""

    def of(self, measure: Measure, matrix: Matrix, least: float) -> float:
        """Give the unit of a matrix, whose rows are needs."""
        return unit(matrix, least)


def unit(matrix: Matrix, least: float) -> float:
    """Median of what each row and each column has at best, not below `least`; ignores cells that are not a number."""
    known = np.nan_to_num(matrix)
    if not known.size:
        return least
    return max(float(np.median(np.concatenate([known.max(1), known.max(0)]))), least)


def standardised(matrix: Matrix, mission: float) -> Matrix:
    """Take a share `mission` of the evidence as it stands, the rest above the means of its row and its column.

    The means take off what an organisation has in common with everybody; only a row above the unit is shrunk,
    so an organisation that nobody suits keeps low evidence.
    """
    if not matrix.size:
        return matrix
    return mission * matrix / USUAL + (1 - mission) / 2 * (_above_rows(matrix) + _above_rows(matrix.T).T)


def _above_rows(matrix: Matrix) -> Matrix:
    means = matrix.sum(1, keepdims=True) / (matrix.shape[1] + STRANGERS)
    return np.asarray((matrix - means) / np.maximum(matrix.max(1, keepdims=True) - means, USUAL))
