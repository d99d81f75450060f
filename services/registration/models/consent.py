"""Consents: who allowed what, in which words, when. Rows are added and never changed."""

from datetime import datetime
from hashlib import sha256
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, validates

from registration.models.base import Base
from servicekit.texts.languages import noop as _

PROCESSING, MAILING = "processing", "mailing"
"""Without the first nobody is taken down; whoever ends the second is written to no more."""
ORGANISATION, PERSON = "organisation", "person"
PUBLICATION = "publication"
"""The purpose under which a sole trader may be published by name."""


class Consent(Base):
    """One consent to one purpose, or the end of one: the row of a purpose that was recorded last holds."""

    __tablename__ = "consent"
    __table_args__ = (Index("consent_of_subject", "subject_id", "purpose"),)
    missing: ClassVar[str] = _("There is no consent %(id)s.")

    id: Mapped[UUID] = mapped_column(primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(16))
    """organisation, person."""
    subject_id: Mapped[UUID]
    purpose: Mapped[str] = mapped_column(String(64))
    is_withdrawal: Mapped[bool] = mapped_column(default=False)
    version: Mapped[str] = mapped_column(String(32), default="")
    """Of the region's document; empty where the words were another's, as in an import."""
    text: Mapped[str] = mapped_column(Text)
    text_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the text, hexadecimal."""
    language: Mapped[str] = mapped_column(String(8))
    channel: Mapped[str] = mapped_column(String(32))
    given_at: Mapped[datetime]
    recorded_at: Mapped[datetime]

    @property
    def status(self) -> str:
        """What was said of which purpose."""
        return f"{self.purpose}: {'withdrawn' if self.is_withdrawal else 'given'}"

    @validates("text")
    def _hash(self, _key: str, text: str) -> str:
        self.text_hash = sha256(text.encode()).hexdigest()
        return text
