"""The declarative base of the tables, and the types of their JSON columns."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy.orm import DeclarativeBase

from servicekit.data.tables import Document, UtcDateTime

Texts = dict[str, str]
"""A text in several languages, by language code."""
JsonObject = dict[str, Any]
"""JSON values: ids, public texts, times in ISO 8601."""


class Base(DeclarativeBase):
    """The base class of all tables of notifications."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        Texts: Document,
        JsonObject: Document,
        list[JsonObject]: Document,
    }
