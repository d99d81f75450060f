"""What the tables of registration share: column types for the values of the contracts."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, TypeAlias
from uuid import UUID

from sqlalchemy import Dialect, Enum
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from contracts.schema import schema_of
from servicekit.data.tables import Document, UtcDateTime

TextsColumn: TypeAlias = dict[str, str]
"""A text in several languages: language code -> text."""


class Base(DeclarativeBase):
    """The tables of registration; `missing` says in words that a row is not there."""

    type_annotation_map: ClassVar[Mapping[Any, Any]] = {
        datetime: UtcDateTime(),
        dict[str, str]: Document,
        dict[str, int]: Document,
    }
    missing: ClassVar[str] = ""


class Records(TypeDecorator[tuple[Any, ...]]):
    """Values of one dataclass of the contracts, kept as a JSON list."""

    impl = Document
    cache_ok = True

    def __init__(self, declared: type) -> None:
        super().__init__()
        self.declared = declared

    def process_bind_param(self, value: tuple[Any, ...] | None, dialect: Dialect) -> Any:
        """Write as the contract writes them on the wire."""
        return value if value is None else schema_of(self.declared).dump(value, many=True)

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Any, ...] | None:
        """Give the dataclasses back."""
        return value if value is None else tuple(schema_of(self.declared).load(value, many=True))


class Strings(TypeDecorator[tuple[str, ...]]):
    """Some words, in their order."""

    impl = Document
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> Any:
        """Write a JSON list."""
        return value if value is None else list(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...] | None:
        """Give a tuple back."""
        return value if value is None else tuple(value)


class Ids(TypeDecorator[tuple[UUID, ...]]):
    """Some ids, in their order."""

    impl = Document
    cache_ok = True

    def process_bind_param(self, value: tuple[UUID, ...] | None, dialect: Dialect) -> Any:
        """Write a JSON list of their text."""
        return value if value is None else [str(id_) for id_ in value]

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[UUID, ...] | None:
        """Give ids back."""
        return value if value is None else tuple(map(UUID, value))


def worded(words: type[StrEnum]) -> Enum:
    """Return the column type of a closed set of words: their text, so that it can be read in the database."""
    texts = [word.value for word in words]
    return Enum(words, native_enum=False, create_constraint=False, length=24, values_callable=lambda _: texts)
