"""Fast deserialisation of event data, with the marshmallow schema as fallback.

The fast path takes a third of the time and gives the same result as the schema. If it meets anything unusual,
the schema loads the data instead, or reports the errors.
"""

import dataclasses
import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar, get_args, get_origin
from uuid import UUID

from contracts.schema import properties, schema_of

Loader = Callable[[Any], Any]
T = TypeVar("T")

_LOADERS: dict[type, Loader] = {}


class FallbackError(ValueError):
    """The fast path cannot load the value: use the schema."""


def load(declared: type, data: Mapping[str, Any]) -> Any:
    """Load the data of an event.

    Raises:
        marshmallow.ValidationError: the data do not match the contract.

    """
    try:
        return _loader(declared)(data)
    except (ValueError, TypeError, OverflowError):
        return schema_of(declared).load(data)


def _loader(declared: type) -> Loader:
    if declared not in _LOADERS:
        _LOADERS[declared] = _build_loader(declared)
    return _LOADERS[declared]


def _build_loader(declared: type) -> Loader:
    parts = [(prop.name, _loader_of_type(prop.type), prop.nullable) for prop in properties(declared)]

    def load_fast(data: Any) -> Any:
        values, given = {}, _require_type(dict, data)
        for name, convert, nullable in parts:
            if name in given:
                value = given[name]
                values[name] = None if value is None and nullable else convert(value)
        return declared(**values)

    return load_fast


def _loader_of_type(hint: Any) -> Loader:
    """Return a function that converts a JSON value to a type; it raises ValueError or TypeError to fall back."""
    if get_origin(hint) is tuple:
        load_item = _loader_of_type(get_args(hint)[0])
        return lambda value: tuple([load_item(item) for item in _require_type(list, value)])
    if get_origin(hint) in (dict, Mapping):
        load_value = _loader_of_type(get_args(hint)[1])
        return lambda value: {
            _require_type(str, key): load_value(item) for key, item in _require_type(dict, value).items()
        }
    if dataclasses.is_dataclass(hint):
        return _loader(hint)  # type: ignore[arg-type]  # a class, not a value
    if issubclass(hint, StrEnum):
        return lambda value: hint(_require_type(str, value))
    return _SCALARS[hint]


def _require_type(expected: type[T], value: Any) -> T:
    if type(value) is not expected:
        raise FallbackError
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise FallbackError
    return float(value)


def _uuid(value: Any) -> UUID:
    return UUID(_require_type(str, value))


def _instant(value: Any) -> datetime:
    instant = datetime.fromisoformat(_require_type(str, value))
    if instant.tzinfo is None:
        raise FallbackError
    return instant


def _day(value: Any) -> date:
    return date.fromisoformat(_require_type(str, value))


_SCALARS: Mapping[type, Loader] = {
    str: lambda value: _require_type(str, value),
    bool: lambda value: _require_type(bool, value),
    int: lambda value: _require_type(int, value),
    float: _number,
    UUID: _uuid,
    datetime: _instant,
    date: _day,
}
