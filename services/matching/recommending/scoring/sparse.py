"""Sparse products, threads.

Cores of the machine shared out: independent parts of a round on one thread each, and one thread of BLAS in each.

Thousands of small products are ten times as fast on one thread of BLAS as on several that wait for others; numpy and
scipy let other threads go on while they compute.

Sparse rows, and the products of many pairs of them.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from itertools import chain
from threading import local
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import ThreadpoolController

Given = TypeVar("Given")
Made = TypeVar("Made")

MOST = 4
"""Threads of a round: each holds what it works on, some tens of megabytes, and Python itself runs on one at a time."""

_here = local()


def one_thread() -> AbstractContextManager[object]:
    """Let products within run on one thread."""
    limited: AbstractContextManager[object] = _libraries().limit(limits=1)
    return limited


def threads() -> int:
    """How many threads share a round."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, MOST)


def in_order(work: Callable[[Given], Made], parts: Iterable[Given]) -> Iterator[Made]:
    """Do independent parts on several threads; give what each yields in the order of the parts, as they are done.

    Parts are taken up in the thread of the caller, one more than there are threads, so that none waits and little is
    held at once. Within a part, further ones are done in turn. Whoever ends early waits for the parts under way.
    """
    count = threads()
    if count == 1 or getattr(_here, "is_part", False):
        yield from map(work, parts)
        return
    with ThreadPoolExecutor(count, initializer=_begin) as pool:
        under_way: deque[Future[Made]] = deque()
        try:
            for part in parts:
                under_way.append(pool.submit(work, part))
                if len(under_way) > count:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            for one in under_way:
                one.cancel()


@contextmanager
def in_turn() -> Iterator[None]:
    """Do parts within one after another, on one thread of BLAS: for little work, which a pool would only hold up."""
    before = getattr(_here, "is_part", False)
    _here.is_part = True
    try:
        with one_thread():
            yield
    finally:
        _here.is_part = before


def each(work: Callable[[Given], None], parts: Iterable[Given]) -> None:
    """Do independent parts on several threads."""
    for _ in in_order(work, parts):
        pass


def _begin() -> None:
    _here.is_part = True


@cache
def _libraries() -> ThreadpoolController:
    """The libraries of this process, looked up once: it takes some milliseconds."""
    return ThreadpoolController()


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
