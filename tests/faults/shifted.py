"""A machine whose clock is wrong, for one process: no other program is needed for it."""

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from types import ModuleType

from servicekit import clock as real


def clock(seconds: float) -> None:
    """Let the process take the machine's time to be so much later, in every module that asks for it."""
    was = real.machine_now

    def machine_now() -> datetime:
        return was() + timedelta(seconds=seconds)

    real.machine_now = machine_now
    for module in [found for found in sys.modules.values() if isinstance(found, ModuleType)]:
        _replace(module, was, machine_now)


def _replace(module: ModuleType, was: Callable[[], datetime], now: Callable[[], datetime]) -> None:
    for name, value in list(vars(module).items()):
        if value is was:
            setattr(module, name, now)
