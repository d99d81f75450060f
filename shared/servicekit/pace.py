"""Answer at even times, so that nobody reads from the clock what an answer keeps to itself."""

from collections.abc import Callable
from functools import wraps
from time import perf_counter, sleep
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def even(seconds: float) -> Callable[[F], F]:
    """Let a view answer, or refuse, at a multiple of some seconds after it began, whatever it did meanwhile.

    To stand above `reads` and `writes`: whoever waits holds a thread, and neither a transaction nor a lock.
    """

    def decorate(view: F) -> F:
        @wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            began = perf_counter()
            try:
                return view(*args, **kwargs)
            finally:
                sleep(seconds - (perf_counter() - began) % seconds)

        return wrapper  # type: ignore[return-value]  # wraps() keeps the shape

    return decorate
