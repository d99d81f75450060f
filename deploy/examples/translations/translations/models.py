"""The tables of the service: copies of texts that other services own, and its own translations."""

from uuid import UUID

from sqlalchemy import String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from servicekit import identifiers
from servicekit.data.tables import Aggregate, Copy, Document

Texts = dict[str, str]


class Base(DeclarativeBase):
    """The tables of the service."""


class Original(Copy, Base):
    """A copy of the texts of an organisation or a profile: field -> language -> text."""

    __tablename__ = "original"

    kind: Mapped[str] = mapped_column(String(16))
    texts: Mapped[dict[str, Texts]] = mapped_column(Document)


class Translation(Aggregate, Base):
    """A translation of one text into one language; its home is that of its original."""

    __tablename__ = "translation"

    original_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(16))
    field: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    made_of: Mapped[Texts] = mapped_column(Document)
    """The text in its other languages at the time of the translation."""
    is_outdated: Mapped[bool] = mapped_column(default=False)

    @staticmethod
    def id_of(original_id: UUID, field: str, language: str) -> UUID:
        """Return the id of the translation of a text, which is the same in every instance."""
        return identifiers.derived("translation", original_id, field, language)

    def offer(self, text: str, made_of: Texts) -> None:
        """Replace the text of the translation."""
        self.text, self.made_of, self.is_outdated = text, made_of, False
