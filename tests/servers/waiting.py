"""Wait for a condition instead of sleeping."""

import time
from collections.abc import Callable

PAUSE_SECONDS = 0.05


def wait_until(condition: Callable[[], bool], what: str, timeout_seconds: float = 30) -> None:
    """Return as soon as the condition holds.

    Raises:
        TimeoutError: it did not hold in time; names `what` was awaited.

    """
    deadline = time.monotonic() + timeout_seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"Waited {timeout_seconds:g} s in vain: {what}.")
        time.sleep(PAUSE_SECONDS)
