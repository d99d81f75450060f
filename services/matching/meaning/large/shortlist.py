"""Candidates of everybody: the partners whose mean items are nearest."""

import numpy as np

from matching.meaning.encoder import Vectors
from matching.meaning.large.rows import Places, distinct
from matching.meaning.large.threads import in_order

BLOCK = 500
"""Guests that are compared with all hosts at once: 20 MB for 10,000 hosts."""


def shortlist(guests: Vectors, hosts: Vectors, length: int) -> Places:
    """Find the best hosts of each guest and the best guests of each host. Shape (pairs, 2), in order."""
    found = []
    best = np.zeros((0, len(hosts)), dtype=np.float32)
    whose = np.zeros((0, len(hosts)), dtype=np.int64)

    def compare(start: int) -> tuple[Places, Vectors, Places]:
        table = guests[start : start + BLOCK] @ hosts.T
        rows = np.arange(start, start + len(table))
        columns = _greatest(table, length)
        top = _greatest(np.ascontiguousarray(table.T), length).T
        near = np.repeat(rows, columns.shape[1]) * len(hosts) + columns.ravel()
        return near, np.take_along_axis(table, top, 0), top + start

    for near, values, top in in_order(compare, range(0, len(guests), BLOCK)):
        found.append(near)
        best, whose = np.concatenate([best, values]), np.concatenate([whose, top])
        kept = _greatest(best.T, length).T
        best, whose = np.take_along_axis(best, kept, 0), np.take_along_axis(whose, kept, 0)
    if whose.size:
        found.append((whose * len(hosts) + np.arange(len(hosts))).ravel())
    pairs = distinct(np.concatenate(found))[0] if found else np.zeros(0, dtype=np.int64)
    return np.stack(np.divmod(pairs, max(len(hosts), 1)), axis=1)


def _greatest(table: Vectors, length: int) -> Places:
    """Give the columns of the greatest values of each row, in no order."""
    if table.shape[1] <= length:
        return np.broadcast_to(np.arange(table.shape[1]), table.shape).copy()
    return np.argpartition(table, -length, axis=1)[:, -length:]
