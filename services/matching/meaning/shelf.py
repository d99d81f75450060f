"""Where vectors outlive the process (a table, in the product), and whether they are made at all."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol


class Shelf(Protocol):
    """Keeps the numbers of vectors, as bytes, by model and name of the text."""

    def find(self, model: str, names: Collection[str]) -> Mapping[str, bytes]:
        """Give those of the named texts that are kept."""
        ...

    def keep(self, model: str, vectors: Mapping[str, bytes]) -> None:
        """Keep what was made."""
        ...


_SHELF: ContextVar[Shelf | None] = ContextVar("shelf", default=None)
_HAS_MODEL: ContextVar[bool] = ContextVar("has_model", default=True)


@contextmanager
def at_hand(shelf: Shelf) -> Iterator[None]:
    """Let what is encoded within look here first, and put here what it makes."""
    token = _SHELF.set(shelf)
    try:
        yield
    finally:
        _SHELF.reset(token)


@contextmanager
def model_allowed(*, allowed: bool) -> Iterator[None]:
    """Say whether the model may be loaded within."""
    token = _HAS_MODEL.set(allowed)
    try:
        yield
    finally:
        _HAS_MODEL.reset(token)


def is_model_allowed() -> bool:
    """Whether the model may be loaded."""
    return _HAS_MODEL.get()


def current() -> Shelf | None:
    """The shelf at hand; None where vectors live as long as the process."""
    return _SHELF.get()
