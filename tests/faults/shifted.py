"""A machine whose clock is wrong, for one process: no other program is needed for it."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import uuid_utils.compat

from servicekit import identifiers
from servicekit.data import clock as real


def clock(seconds: float, once: Path | None = None) -> Callable[[], None]:
    """Let the process take the machine's time to be so much later: in every module that asks for it, and in new ids.

    Where a file is named, the clock jumps as soon as that is there. Returns what sets it right again.
    """
    was, was_fresh = real.machine_now, identifiers.fresh

    def shift() -> float:
        return seconds if once is None or once.exists() else 0.0

    def machine_now() -> datetime:
        return was() + timedelta(seconds=shift())

    def fresh() -> UUID:
        return uuid_utils.compat.uuid7(nanoseconds=time.time_ns() + int(shift() * 10**9))

    def set_right() -> None:
        _replace(machine_now, was)
        _replace(fresh, was_fresh)

    _replace(was, machine_now)
    _replace(was_fresh, fresh)
    return set_right


@contextmanager
def here(seconds: float) -> Iterator[None]:
    """Let the clock of this process be wrong for a while."""
    set_right = clock(seconds)
    try:
        yield
    finally:
        set_right()


def _replace(was: Callable[..., Any], now: Callable[..., Any]) -> None:
    for module in [found for found in sys.modules.values() if isinstance(found, ModuleType)]:
        for name, value in list(vars(module).items()):
            if value is was:
                setattr(module, name, now)
