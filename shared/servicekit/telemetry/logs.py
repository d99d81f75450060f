"""JSON logs, redaction, safe error text.

Take out of a text what no log may hold: addresses and numbers of people, and whatever opens a door.

What may be told of an error: its kind, its place and its words, but no row or value that a database quotes.

Logs as JSON lines: the message is constant, what varies is a field, and only fields that are known are written.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from datetime import UTC, datetime
from typing import Any

HIDDEN = "[…]"
_RULES = tuple(
    (trigger, re.compile(pattern), replacement)
    for trigger, pattern, replacement in (
        ("eyJ", r"\beyJ[\w-]{5,}(?:\.[\w-]*)*", HIDDEN),  # signed tokens
        ("crv_", r"\bcrv_[\w-]+", HIDDEN),  # keys of the API
        (" ", r"(?i:\b(bearer|basic)\s+)[\w.~+/=-]+", rf"\1 {HIDDEN}"),
        ("@", r"(?<=://)[^/\s@]+(?=@)", HIDDEN),  # name and password in an address
        ("=", r"(?<=[\w/])\?[\w.~%+-]{1,60}=[^\s\"'>)]*", f"?{HIDDEN}"),  # queries
        ("=", r"\b((?i:\w{0,40}(?:token|code|secret|password|signature)|ip))=[^\s&;,\"')]+", rf"\1={HIDDEN}"),
        ("@", r"[^\s@<>(),;:=\"'\[\]]{1,64}@[^\s@<>(),;:=\"'\[\]]+\.[^\W\d_]{2,}", HIDDEN),
        (
            "",
            r"[+78](?<![\w.:-].)(?:(?<=\+)\d(?:[\s().-]{0,2}\d){9,13}|(?<!\+)(?:[\s().-]{0,2}\d){10})(?![\w:-])",
            HIDDEN,
        ),
    )
)
"""What a text must hold to be looked through, what is looked for, and what stands in its place."""


def scrubbed(text: str) -> str:
    """Return the text with a mark in place of each secret and each e-mail address or telephone number."""
    for trigger, pattern, replacement in _RULES:
        if trigger in text:
            text = pattern.sub(replacement, text)
    return text


BAD_VALUE = "22"
"""What the SQL states begin with in whose message PostgreSQL quotes the value."""


def words_of(error: BaseException) -> str:
    """Return what an error says; of one that a database raised only which rule was broken."""
    cause = getattr(error, "orig", None)
    if isinstance(cause, BaseException):
        return words_of(cause) if getattr(cause, "sqlstate", None) else _first_line(cause)
    state = getattr(error, "sqlstate", None)
    if not isinstance(state, str):
        return str(error)
    return state if state.startswith(BAD_VALUE) else f"{state} {_first_line(error)}"


def told(error: BaseException) -> str:
    """Return in one line what an error is and what it says."""
    return f"{type(error).__qualname__}: {words_of(error)}"


def traced(error: BaseException, *, words: bool = True) -> str:
    """Return where an error arose and what it is, the first cause first; what it says only with `words`."""
    parts = []
    for link in reversed(list(chain(error))):
        said = words_of(link) if words else ""
        parts += traceback.format_tb(link.__traceback__)
        parts.append(f"{type(link).__qualname__}: {said}\n" if said else f"{type(link).__qualname__}\n")
    return "".join(parts).rstrip("\n")


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, what caused it, and so on."""
    link: BaseException | None = error
    seen: set[int] = set()
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _first_line(error: BaseException) -> str:
    """Leave out the lines below, in which PostgreSQL quotes the row."""
    return str(error).partition("\n")[0]


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
            line["error"] = scrubbed(traced(record.exc_info[1]))
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
