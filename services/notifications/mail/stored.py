"""Contexts as JSON, so that a letter can be worded later from what was true when its event came."""

from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from datetime import datetime
from types import NoneType, UnionType
from typing import Any, cast, get_args, get_origin, get_type_hints

from notifications.mail.contexts import CONTEXTS, MailContext


def dump(context: MailContext) -> dict[str, Any]:
    """Write a context as values that JSON knows; the template is not among them."""
    return cast("dict[str, Any]", _plain(asdict(context)))


def load(template: str, values: Mapping[str, Any]) -> MailContext:
    """Read a context of a template back; fields that it no longer has are ignored, new ones get their default.

    Raises:
        ValueError: there is no such template.
        TypeError: a field without a default is missing.

    """
    if template not in CONTEXTS:
        raise ValueError(f"there is no template {template!r}")
    return cast("MailContext", _typed(CONTEXTS[template], values))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _typed(kind: Any, value: Any) -> Any:
    if value is None or kind is datetime:
        return value and datetime.fromisoformat(value)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(**{f.name: _typed(hints[f.name], value[f.name]) for f in fields(kind) if f.name in value})
    if get_origin(kind) is tuple:
        return tuple(_typed(get_args(kind)[0], item) for item in value)
    if get_origin(kind) is UnionType:
        (only,) = [choice for choice in get_args(kind) if choice is not NoneType]
        return _typed(only, value)
    return value
