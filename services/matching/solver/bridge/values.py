r"""What candidates count in the large engine: tiers are far apart in worth, and near enough together for a search.

With units $u_k$ of the tiers' weights and factors $f_k \le u_k$ by which their values lead the search, a timetable of
tier values $v_k$ is worth $\sum_k u_k v_k = \sum_k f_k v_k + \sum_k (u_k - f_k) v_k$. The engine bounds the first
sum, flows of one tier alone bound each $v_k$: together they bound the worth.
"""

from dataclasses import dataclass

import numpy as np

from matching.solver.bridge.arrays import Arrays, TooMuchError
from matching.solver.large.mission import LARGEST_VALUE, Bools, Ints

DOMINANCE = 10
"""How much the least value of a tier leads more than the largest of the next one, where its weight allows."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Values:
    """What leads the search, and what is left of each candidate's weight."""

    led: Ints
    """Shape (candidates,): the value by which the search is led."""
    beyond: Ints
    """Shape (candidates,): the weight beyond that."""
    scale: int
    """The largest of the last tier's."""
    tiers: tuple[tuple[Bools, int], ...]
    """For each tier but the last its candidates, and what one point of it is worth beyond what leads the search."""


def values_of(arrays: Arrays) -> Values:
    """Give each tier a factor; the last one's is 1.

    Raises:
        TooMuchError: values are too large for flows.

    """
    factor, scale, led, tiers = 1, 0, np.zeros_like(arrays.value), []
    for tier in np.unique(arrays.tier)[::-1].tolist():
        members = arrays.tier == tier
        first = int(members.argmax())
        unit = int(arrays.weight[first]) // int(arrays.value[first])
        factor = min(unit, factor)
        led[members] = factor * arrays.value[members]
        scale = scale or int(led.max())
        if unit > factor:
            tiers.append((members, unit - factor))
        factor = DOMINANCE * int(led.max())
    if len(led) and int(led.max()) > LARGEST_VALUE:
        raise TooMuchError(f"A value of {int(led.max())} is too large for a flow.")
    return Values(led=led, beyond=arrays.weight - led, scale=max(scale, 1), tiers=tuple(tiers))
