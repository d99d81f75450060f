"""A tiny service for the tests of the kit: it keeps the newest words of each note and tells each event once."""

from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from contracts.event import Envelope
from servicekit import identifiers
from servicekit.auth.actors import Actor
from servicekit.data.tables import Copy
from servicekit.service import Keep, Service
from writer import NoteWhispered, NoteWritten


class Base(DeclarativeBase):
    """Tables of the reader."""


class NoteCopy(Copy, Base):
    """What the reader knows of a note."""

    __tablename__ = "note_copy"
    words: Mapped[str] = mapped_column(default="")


class Told(Base):
    """One effect of one event: a second effect would be a second row."""

    __tablename__ = "told"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    words: Mapped[str]


class PoisonError(RuntimeError):
    """The handler cannot bear these words."""


class DeathError(BaseException):
    """What a process sees that is killed: nothing catches it."""


_unbearable: set[str] = set()
_deadly: set[str] = set()


def unbearable(words: str):
    """Make the reaction fail on some words for a while."""
    return _among(_unbearable, words)


def deadly(words: str):
    """Let the reaction kill its process on some words for a while."""
    return _among(_deadly, words)


@contextmanager
def _among(those: set[str], words: str):
    those.add(words)
    try:
        yield
    finally:
        those.discard(words)


keep_note_hurts = False


def words_of(envelope: Envelope[NoteWritten]) -> dict[str, Any]:
    """Give the columns of a note's copy: which state is the newer one, the kit decides."""
    if keep_note_hurts:
        raise PoisonError
    return {"words": envelope.data.words}


KEEP_NOTE = Keep(NoteCopy, words_of)


def tell(session: Session, envelope: Envelope[NoteWritten], actor: Actor) -> None:
    session.add(Told(id=identifiers.fresh(), words=envelope.data.words))
    if envelope.data.words in _deadly:
        raise DeathError
    if envelope.data.words in _unbearable:
        raise PoisonError(envelope.data.words)
    if envelope.data.words == "twice":
        session.add_all([Told(id=UUID(int=7), words="one"), Told(id=UUID(int=7), words="two")])
        session.flush()


def told(session: Session) -> list[str]:
    return sorted(session.scalars(select(Told.words)))


def known(session: Session) -> dict[UUID, tuple[str, int]]:
    return {row.id: (row.words, row.version) for row in session.scalars(select(NoteCopy))}


SERVICE = Service(
    name="reader",
    metadata=Base.metadata,
    copies={NoteWritten: KEEP_NOTE, NoteWhispered: KEEP_NOTE},
    reactions={NoteWritten: tell, NoteWhispered: tell},
)
