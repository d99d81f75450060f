"""Logs as JSON lines: the message is constant, what varies is a field, and only fields that are known are written."""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from datetime import UTC, datetime
from typing import Any

from servicekit import failures
from servicekit.scrubbing import scrubbed

_bound: ContextVar[dict[str, Any]] = ContextVar("bound", default={})  # noqa: B039  # never changed, only replaced
_OWN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


FIELDS = frozenset(
    {
        *("request_id", "trace_id", "event_id", "run_id", "delivery_id", "mission_id", "account_id", "actor_id", "id"),
        *("deed", "subjects"),
        *("service", "source", "provider", "loop", "schedule", "queue", "exchange", "routing_key", "entity"),
        *("method", "route", "status", "took_ms", "seconds"),
        *("type", "state", "cause", "error"),
        *("events", "attempts", "pairs", "spans", "people"),
    }
)
"""All that a line may tell beside its message: ids, names of parts, types, states, figures; nothing of a person."""
DROPPED = "dropped_fields"
"""How many fields of a line were not known, and are therefore not in it."""

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
        given = given_to(record)
        known = {name: value for name, value in given.items() if name in FIELDS}
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": scrubbed(record.getMessage()),
            **{name: _plain(value) for name, value in known.items()},
        }
        if len(known) < len(given):
            line[DROPPED] = len(given) - len(known)
        if record.exc_info and record.exc_info[1]:
            line["error"] = scrubbed(failures.traced(record.exc_info[1]))
        return json.dumps(line, ensure_ascii=False).encode("utf-8", "replace").decode()


def given_to(record: logging.LogRecord) -> dict[str, Any]:
    """Return the fields that somebody bound, or gave to this line."""
    return _bound.get() | {name: value for name, value in vars(record).items() if name not in _OWN}


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool | int | float) else scrubbed(str(value))


def configure(level: str = "INFO", path: str | None = None) -> None:
    """Send all logs, as JSON lines, to standard error or to a file."""
    handler = logging.FileHandler(path, encoding="utf-8") if path else logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # it tells whole addresses
