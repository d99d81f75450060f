"""Load the plain case of an event's data fast; whatever is not plain is left to its marshmallow schema.

What is loaded here is what the schema would load, a third of the time; what is refused here
the schema looks at once more, and says what is wrong with it.
"""

import dataclasses
import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar, get_args, get_origin
from uuid import UUID

from contracts.schema import properties, schema_of

Load = Callable[[Any], Any]
T = TypeVar("T")

_LOADERS: dict[type, Load] = {}


class NotPlainError(ValueError):
    """The schema has to look at it."""


def load(declared: type, data: Mapping[str, Any]) -> Any:
    """Load the data of an event.

    Raises:
        marshmallow.ValidationError: the data breaks the contract.

    """
    try:
        return _loader(declared)(data)
    except (ValueError, TypeError, OverflowError):
        return schema_of(declared).load(data)


def _loader(declared: type) -> Load:
    if declared not in _LOADERS:
        _LOADERS[declared] = _make(declared)
    return _LOADERS[declared]


def _make(declared: type) -> Load:
    parts = [(prop.name, _of(prop.type), prop.nullable) for prop in properties(declared)]

    def load_plain(data: Any) -> Any:
        values, given = {}, _only(dict, data)
        for name, convert, nullable in parts:
            if name in given:
                value = given[name]
                values[name] = None if value is None and nullable else convert(value)
        return declared(**values)

    return load_plain


def _of(hint: Any) -> Load:
    """Return what converts a value of a type, or raises ValueError or TypeError where it is not plainly one."""
    if get_origin(hint) is tuple:
        each = _of(get_args(hint)[0])
        return lambda value: tuple([each(item) for item in _only(list, value)])
    if get_origin(hint) in (dict, Mapping):
        of_value = _of(get_args(hint)[1])
        return lambda value: {_only(str, key): of_value(item) for key, item in _only(dict, value).items()}
    if dataclasses.is_dataclass(hint):
        return _loader(hint)  # type: ignore[arg-type]  # a class, not a value
    if issubclass(hint, StrEnum):
        return lambda value: hint(_only(str, value))
    return _SCALARS[hint]


def _only(kind: type[T], value: Any) -> T:
    if type(value) is not kind:
        raise NotPlainError
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise NotPlainError
    return float(value)


def _uuid(value: Any) -> UUID:
    return UUID(_only(str, value))


def _instant(value: Any) -> datetime:
    instant = datetime.fromisoformat(_only(str, value))
    if instant.tzinfo is None:
        raise NotPlainError
    return instant


def _day(value: Any) -> date:
    return date.fromisoformat(_only(str, value))


_SCALARS: Mapping[type, Load] = {
    str: lambda value: _only(str, value),
    bool: lambda value: _only(bool, value),
    int: lambda value: _only(int, value),
    float: _number,
    UUID: _uuid,
    datetime: _instant,
    date: _day,
}
