"""A tiny service for the tests of the kit: it publishes notes."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import DeclarativeBase, Mapped, Session

from contracts.data_classes import Id, Person, Published
from contracts.event import Event
from servicekit import identifiers
from servicekit.bus import outbox
from servicekit.data.tables import Aggregate
from servicekit.service import Service


@dataclass(frozen=True, kw_only=True)
class NoteWritten(Event, type="caravan.note.written.v1"):
    """A note says something."""

    note_id: Id[UUID]
    words: Published[str]


@dataclass(frozen=True, kw_only=True)
class NoteWhispered(Event, type="caravan.note.whispered.v1", private=True):
    """A note says something that is nobody else's business."""

    note_id: Id[UUID]
    words: Person[str]


class Base(DeclarativeBase):
    """Tables of the writer."""


class Note(Aggregate, Base):
    """What the writer keeps."""

    __tablename__ = "note"
    words: Mapped[str]


def write_note(session: Session, words: str, *, private: bool = False) -> Note:
    note = Note(id=identifiers.fresh(), home="RU-KLU", words=words)
    session.add(note)
    record(session, note, private=private)
    return note


def change_note(session: Session, note_id: UUID, words: str) -> None:
    note = session.get_one(Note, note_id, with_for_update=True)
    note.words = words
    record(session, note)


def record(session: Session, note: Note, *, private: bool = False) -> None:
    outbox.record(session, note, (NoteWhispered if private else NoteWritten)(note_id=note.id, words=note.words))


SERVICE = Service(name="writer", metadata=Base.metadata)
