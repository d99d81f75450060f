"""Vectors of texts, so that none is encoded twice."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from matching.models.base import Base
from servicekit.columns import UtcDateTime


class TextVector(Base):
    """What a model made of a text or a word; the text itself is not here."""

    __tablename__ = "text_vector"

    model: Mapped[str] = mapped_column(String(80), primary_key=True)
    digest: Mapped[str] = mapped_column(String(32), primary_key=True)
    """BLAKE2b of the text, in hexadecimal digits."""
    vector: Mapped[str] = mapped_column(Text)
    """Half-precision numbers, little-endian, in base64."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    """On the machine's clock."""
