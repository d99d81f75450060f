"""One thread of BLAS: thousands of small products are ten times as fast on it as on several that wait for others."""

from contextlib import AbstractContextManager
from functools import cache

from threadpoolctl import ThreadpoolController


def one_thread() -> AbstractContextManager[object]:
    """Let products within run on one thread."""
    limited: AbstractContextManager[object] = _libraries().limit(limits=1)
    return limited


@cache
def _libraries() -> ThreadpoolController:
    """The libraries of this process, looked up once: it takes some milliseconds."""
    return ThreadpoolController()
