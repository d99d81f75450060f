"""What the answer to a callback means: whether it was taken, and whether it is worth sending again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from werkzeug.http import parse_date

LONGEST_WAIT_SECONDS = 24 * 3600
"""For no longer does a receiver put us off."""


class Outcome(StrEnum):
    """What became of a callback."""

    ACCEPTED = "accepted"
    """Taken; not to be sent again."""
    GONE = "gone"
    """Nobody listens there any more: send nothing else to that address."""
    FAILED = "failed"
    """Sending it again would not help: the address leads elsewhere."""
    WAITING = "waiting"
    """Asked to come back later."""
    RETRY = "retry"
    """Not taken; to be sent again when it is time."""


@dataclass(frozen=True)
class Verdict:
    """What became of a callback, and after how many seconds to come back, where the receiver says so."""

    outcome: Outcome
    wait_seconds: int | None = None


def judge(status: int, headers: Mapping[str, str], now: datetime) -> Verdict:
    """Judge an answer by its status; the body says nothing."""
    if 200 <= status < 300:
        return Verdict(Outcome.ACCEPTED)
    if 300 <= status < 400:
        return Verdict(Outcome.FAILED)
    if status == 410:
        return Verdict(Outcome.GONE)
    wait = _seconds(headers.get("Retry-After", ""), now) if status in (429, 503) else None
    return Verdict(Outcome.RETRY) if wait is None else Verdict(Outcome.WAITING, wait)


def _seconds(retry_after: str, now: datetime) -> int | None:
    """Read a number of seconds or a date; None if it is neither."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return LONGEST_WAIT_SECONDS if len(text) > 9 else min(int(text), LONGEST_WAIT_SECONDS)
    date = parse_date(text)
    if date is None:
        return None
    return max(0, min(int((date.astimezone(UTC) - now).total_seconds()), LONGEST_WAIT_SECONDS))
