"""What all tables of notifications share."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy.orm import DeclarativeBase

from servicekit.columns import Document, UtcDateTime

Texts = dict[str, str]
"""A text in several languages: language code -> text."""
JsonObject = dict[str, Any]
"""Plain values: ids, public texts, instants in ISO 8601."""


class Base(DeclarativeBase):
    """The tables of notifications."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        Texts: Document,
        JsonObject: Document,
        list[JsonObject]: Document,
    }
