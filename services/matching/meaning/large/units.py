"""Units of a mission too large for its matrices: measured on some of its organisations and all whom they suit."""

from collections import defaultdict

import numpy as np

from matching.domain.items import Side
from matching.lexical.scale import Measure, Units, unit
from matching.lexical.vectors import Matrix


class Measuring(Units):
    """Collects what the items of one side have at best; their partners of the other side are all there, or the best."""

    def __init__(self) -> None:
        self.side: Side = "guest"
        self._best: dict[Measure, list[Matrix]] = defaultdict(list)
        self._least: dict[Measure, float] = {}

    def of(self, measure: Measure, matrix: Matrix, least: float) -> float:
        """Note the best of each row or column."""
        needs_of: Side = "host" if measure.direction == "host_needs" else "guest"
        if matrix.size:
            self._best[measure].append(np.asarray(matrix).max(1 if needs_of == self.side else 0))
        self._least[measure] = least
        return 1.0

    def known(self) -> "KnownUnits":
        """Give what was measured, as `matching.lexical.scale.unit` does for a whole matrix."""
        found = {measure: float(np.median(np.concatenate(best))) for measure, best in self._best.items()}
        return KnownUnits({measure: max(value, self._least[measure]) for measure, value in found.items()})


class KnownUnits(Units):
    """Units that were measured before; what was not met then is measured where it is asked for."""

    def __init__(self, known: dict[Measure, float]) -> None:
        self._known = known

    def of(self, measure: Measure, matrix: Matrix, least: float) -> float:
        """Give the unit."""
        found = self._known.get(measure)
        return unit(matrix, least) if found is None else found
