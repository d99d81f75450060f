"""Logs as JSON lines: the message is constant, what varies is a field."""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from datetime import UTC, datetime
from typing import Any

from servicekit import failures

_bound: ContextVar[dict[str, Any]] = ContextVar("bound", default={})  # noqa: B039  # never changed, only replaced
_OWN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


Bound = Token[dict[str, Any]]
"""What `release` takes back."""


@contextmanager
def bound(**facts: Any) -> Iterator[None]:
    """Add facts to every line that is logged within."""
    token = bind(facts)
    try:
        yield
    finally:
        release(token)


def bind(facts: dict[str, Any]) -> Bound:
    """Add facts to every line that is logged from now on, up to their release."""
    return _bound.set(_bound.get() | facts)


def release(token: Bound) -> None:
    """Take facts back."""
    _bound.reset(token)


class JsonLines(logging.Formatter):
    """One line of JSON a record; a forged line break stays inside its string."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_bound.get(),
            **{name: value for name, value in vars(record).items() if name not in _OWN},
        }
        if record.exc_info and record.exc_info[1]:
            line["error"] = failures.traced(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(level: str = "INFO", path: str | None = None) -> None:
    """Send all logs, as JSON lines, to standard error or to a file."""
    handler = logging.FileHandler(path, encoding="utf-8") if path else logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
