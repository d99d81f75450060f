"""The copies of what others own, and what this service owns itself."""

from uuid import UUID

from sqlalchemy import String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from servicekit import identifiers
from servicekit.columns import Aggregate, Copy, Document

Texts = dict[str, str]


class Base(DeclarativeBase):
    """The tables of the service."""


class Original(Copy, Base):
    """The texts of an organisation or of a profile: field -> language -> text."""

    __tablename__ = "original"

    kind: Mapped[str] = mapped_column(String(16))
    texts: Mapped[dict[str, Texts]] = mapped_column(Document)


class Translation(Aggregate, Base):
    """One text in one further language; at home where its original is."""

    __tablename__ = "translation"

    original_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(16))
    field: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    made_of: Mapped[Texts] = mapped_column(Document)
    """The text in the other languages, as it was when it was translated."""
    is_outdated: Mapped[bool] = mapped_column(default=False)

    @staticmethod
    def id_of(original_id: UUID, field: str, language: str) -> UUID:
        """Return the id under which a text stands in a language, everywhere the same."""
        return identifiers.derived("translation", original_id, field, language)

    def offer(self, text: str, made_of: Texts) -> None:
        """Take a translation down in the place of the one before."""
        self.text, self.made_of, self.is_outdated = text, made_of, False
