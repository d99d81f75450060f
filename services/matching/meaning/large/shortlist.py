"""Candidates of everybody: the partners whose mean items are nearest.

Of a table of everybody with everybody only what may be among the best is looked at twice. The greatest numbers of
`length` groups of a line are `length` of its numbers, so that whatever is less than all of these is not among its best:
two passes over the table in place of a partition of each of its lines, which takes longer than the product.
"""

import numpy as np

from matching.meaning.encoder import Vectors
from matching.meaning.large.rows import Places, Values, distinct
from matching.meaning.large.threads import in_order

BLOCK = 250
"""Guests that are compared with all hosts at once: 10 MB for 10,000 hosts."""
GROUPS = 2
"""Groups of a line for each of its best: of these, half have numbers that are as great as the best."""
CROWD = 10
"""Numbers of a line for each of its best beyond which it is sorted: most are equal, as those of who says nothing."""


def shortlist(guests: Vectors, hosts: Vectors, length: int) -> Places:
    """Find the best hosts of each guest and the best guests of each host, of equal ones the first.

    Returns: shape (pairs, 2), in order.

    """
    width = len(hosts)
    tops = np.full((length, width), -np.inf, dtype=np.float32)
    of_guests, of_hosts = [np.zeros(0, dtype=np.int64)], []

    def compare(start: int) -> tuple[Places, Places, Values, Values]:
        table = guests[start : start + BLOCK] @ hosts.T
        rows, columns = _reaching(table, _tops(table.T, length)[0], length, 0)
        best = best_of_lines(rows, table[rows, columns], length)
        own = _tops(table, length)
        near = _reaching(table, np.maximum(own[0], tops[0]), length, 1)
        shift = start * width
        return shift + rows[best] * width + columns[best], shift + near[0] * width + near[1], table[near], own

    for rows, columns, values, own in in_order(compare, range(0, len(guests), BLOCK)):
        of_guests.append(rows)
        of_hosts.append((columns, values))
        tops = np.partition(np.concatenate([tops, own]), -length, axis=0)[-length:]
    if of_hosts:
        keys, values = (np.concatenate(part) for part in zip(*of_hosts, strict=True))
        reaching = values >= tops[0][keys % width]
        keys, values = keys[reaching], values[reaching]
        of_guests.append(keys[best_of_lines(keys % width, values, length)])
    return np.stack(np.divmod(distinct(np.concatenate(of_guests))[0], max(width, 1)), axis=1)


def best_of_lines(lines: Places, values: Values, length: int) -> Places:
    """Give where the greatest values of each line stand, of equal ones the first."""
    order = np.lexsort((-values, lines))
    counts = np.bincount(lines)
    rank = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.asarray(order[rank < length])


def _tops(table: Vectors, length: int) -> Vectors:
    """Give as many numbers of each column, the least of them first, as great as those of its groups that are greatest.

    Returns: shape (length, columns); minus infinity where a column has fewer numbers.

    """
    groups = min(len(table), GROUPS * length)
    if groups < length:
        return np.full((length, table.shape[1]), -np.inf, dtype=np.float32)
    rows = len(table) // groups
    greatest = table[: rows * groups].reshape(rows, groups, table.shape[1]).max(0)
    return np.partition(greatest, -length, axis=0)[-length:]


def _reaching(table: Vectors, least: Values, length: int, axis: int) -> tuple[Places, Places]:
    """Find the rows and columns of what is as great as the least of its line; lines are rows (0) or columns (1)."""
    ends = np.divmod(np.flatnonzero(table >= np.expand_dims(least, 1 - axis)), table.shape[1])
    is_crowded = np.bincount(ends[axis], minlength=table.shape[axis]) > CROWD * length
    if not is_crowded.any():
        return ends
    lines, kept = np.flatnonzero(is_crowded), ~is_crowded[ends[axis]]
    first = np.argsort(-np.moveaxis(table, axis, 0)[lines], axis=1, kind="stable")[:, :length]
    more = np.repeat(lines, first.shape[1]), first.ravel()
    rows, columns = (np.concatenate([ends[k][kept], more[k ^ axis]]) for k in (0, 1))
    return rows, columns
