"""What may be told of an error: its kind, its place and its words, but no row or value that a database quotes."""

import traceback
from collections.abc import Iterator

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
