"""Sparse rows, and the products of many pairs of them."""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matching.meaning.large.threads import each

Places = NDArray[np.int64]
Values = NDArray[np.floating[Any]]
Mask = NDArray[np.bool_]
Rows: TypeAlias = sparse.csr_array

CELLS = 1 << 20
"""Numbers of dense rows that are laid out at once: 4 MB stay near the processor."""


def distinct(numbers: Places) -> tuple[Places, Places]:
    """Give the distinct numbers in order, and where each begins among all in order. Sorting is faster than hashing."""
    ordered = np.sort(numbers)
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    return ordered[starts], starts


def rows_of(numbers: Sequence[Sequence[int] | NDArray[np.signedinteger[Any]]], width: int) -> Rows:
    """Count how often each number occurs in each row. Shape (rows, width)."""
    ends = np.cumsum([0, *map(len, numbers)], dtype=np.int64)
    columns = np.fromiter(chain.from_iterable(numbers), dtype=np.int32, count=int(ends[-1]))
    found = Rows((np.ones(len(columns), dtype=np.float32), columns, ends.astype(np.int32)), shape=(len(numbers), width))
    found.sum_duplicates()
    return found


def indicator(numbers: Places, width: int) -> Rows:
    """Rows with a single 1 each, at the given place; none where it is negative."""
    ends = np.concatenate([[0], np.cumsum(numbers >= 0)]).astype(np.int32)
    columns = numbers[numbers >= 0].astype(np.int32)
    return Rows((np.ones(len(columns), dtype=np.float32), columns, ends), shape=(len(numbers), width))


def binary(rows: Rows) -> Rows:
    """Put 1 in place of every number."""
    laid = Rows(rows)
    return Rows((np.ones(len(laid.data), dtype=np.float32), laid.indices, laid.indptr), shape=laid.shape)


def scaled(rows: Rows, factors: Values) -> Rows:
    """Multiply each row."""
    data = rows.data * np.repeat(factors.astype(np.float32), np.diff(rows.indptr))
    return Rows((data, rows.indices, rows.indptr), shape=rows.shape)


def dots(one: Places, other: Places, dense: Callable[[Places], Values], rows: Rows) -> Values:
    """Multiply dense rows with sparse ones, pair by pair.

    Args:
        one: shape (pairs,): which dense row.
        other: shape (pairs,): which sparse row.
        dense: lays out dense rows, shape (asked, columns); each is asked for once.
        rows: the sparse rows.

    Returns: shape (pairs,).

    """
    found = np.zeros(len(one), dtype=np.float32)
    order = np.argsort(one, kind="stable")
    whose, starts = distinct(one)
    ends = np.append(starts, len(one))
    width = rows.shape[1]
    at_once = max(1, CELLS // max(width, 1))

    def multiply(begin: int) -> None:
        some = whose[begin : begin + at_once]
        places = order[ends[begin] : ends[min(begin + at_once, len(whose))]]
        local = np.repeat(np.arange(len(some)), np.diff(ends[begin : begin + len(some) + 1]))
        picked = rows[other[places]]
        shift = np.repeat(local * width, np.diff(picked.indptr)).astype(np.int32)
        laid = Rows((picked.data, picked.indices + shift, picked.indptr), shape=(len(places), len(some) * width))
        found[places] = laid @ np.ascontiguousarray(dense(some)).ravel()

    each(multiply, range(0, len(whose), at_once))
    return found
