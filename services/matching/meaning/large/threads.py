"""Cores of the machine shared out: independent parts of a round on one thread each, and one thread of BLAS in each.

Thousands of small products are ten times as fast on one thread of BLAS as on several that wait for others; numpy and
scipy let other threads go on while they compute.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from threading import local
from typing import TypeVar

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
