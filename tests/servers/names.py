"""Names for what a test makes on a server: unique, and telling their age."""

import os
import re
import secrets
import time

PREFIX = "caravan_test_"
STALE_AFTER_SECONDS = 24 * 60 * 60

_NAME = re.compile(rf"{PREFIX}(?P<made_at>\d+)_\d+_[0-9a-f]+")


def unique_name() -> str:
    """Name something new, such as `caravan_test_1767225600_4711_9f3c21`; fit for SQL and for URLs."""
    return f"{PREFIX}{int(time.time())}_{os.getpid()}_{secrets.token_hex(3)}"


def is_stale(name: str, now_seconds: float) -> bool:
    """Whether a killed test run left this behind more than a day ago; false for names that are not ours."""
    match = _NAME.fullmatch(name)
    return match is not None and now_seconds - int(match["made_at"]) > STALE_AFTER_SECONDS
