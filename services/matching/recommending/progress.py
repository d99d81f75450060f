"""How far a long round of scoring is: told to whoever watches it, who may stop it and keeps what is done."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, Protocol

Stage = Literal["encoding", "scoring", "explaining"]


class StoppedError(Exception):
    """Whoever watches the round wants no more of it for now."""


class Watch(Protocol):
    """Follows one round; what it keeps is given back when the same round is begun again."""

    def tell(self, stage: Stage, done: int, total: int) -> None:
        """Hear how far a stage is; raise StoppedError to end the round."""
        ...

    def kept(self, stage: Stage, number: int) -> bytes | None:
        """Give what was found for a block, if it was done before."""
        ...

    def keep(self, stage: Stage, number: int, found: bytes) -> None:
        """Keep what was found for a block."""
        ...

    def measured(self, scales: bytes) -> None:
        """Hear by what measure the mission was scored, once the round is through."""
        ...


class Nobody:
    """A watch for rounds that nobody follows: nothing is kept, nothing stops them."""

    def tell(self, stage: Stage, done: int, total: int) -> None:
        """Go on."""

    def kept(self, stage: Stage, number: int) -> bytes | None:
        """Give nothing."""
        return None

    def keep(self, stage: Stage, number: int, found: bytes) -> None:
        """Let it go."""

    def measured(self, scales: bytes) -> None:
        """Let them go."""


_WATCH: ContextVar[Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """Let what is scored within be followed."""
    token = _WATCH.set(watch)
    try:
        yield
    finally:
        _WATCH.reset(token)


def current() -> Watch:
    """Whoever follows the round that is going on."""
    return _WATCH.get() or Nobody()
