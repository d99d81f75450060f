"""Consents: who allowed what, in which words, when. Rows are added and never changed."""

from datetime import datetime
from hashlib import sha256
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, validates

from registration.models.base import Base
from servicekit.languages import noop as _

ORGANISATION, PERSON = "organisation", "person"
PUBLICATION = "publication"
"""The purpose under which a sole trader may be published by name."""


class Consent(Base):
    """One consent to one purpose, or the end of one: the newest row of a purpose holds."""

    __tablename__ = "consent"
    __table_args__ = (Index("consent_of_subject", "subject_id", "purpose"),)
    missing: ClassVar[str] = _("There is no consent %(id)s.")

    id: Mapped[UUID] = mapped_column(primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(16))
    """organisation, person."""
    subject_id: Mapped[UUID]
    purpose: Mapped[str] = mapped_column(String(64))
    is_withdrawal: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(Text)
    text_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the text, hexadecimal."""
    language: Mapped[str] = mapped_column(String(8))
    channel: Mapped[str] = mapped_column(String(32))
    given_at: Mapped[datetime]
    recorded_at: Mapped[datetime]

    @validates("text")
    def _hash(self, _key: str, text: str) -> str:
        self.text_hash = sha256(text.encode()).hexdigest()
        return text
