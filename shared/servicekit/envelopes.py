"""What a body says of itself, as far as it can be read: for those that look at events past their contracts."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from math import isfinite
from typing import Any, NoReturn
from uuid import UUID

from contracts.event import MAX_ATTRIBUTE_LENGTH, REGISTRY, Envelope, UnreadableEventError, parse_envelope
from servicekit.telemetry import tracing

_TYPE = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+")
_ATTRIBUTES = {field.name for field in fields(Envelope)} - {"data"} | {"specversion", "datacontenttype", "dataschema"}
DEEPEST = 6
DEEPEST_SHOWN = 40
MOST_NAMES = 200


@dataclass(frozen=True, kw_only=True)
class Names:
    """Who an event says that it is; None where it says nothing that can be relied on."""

    source: str | None = None
    event_id: str | None = None
    type: str | None = None
    subject: str | None = None
    traceparent: str | None = None


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What of a body may be looked at.

    A public event is shown as it came. Of a private one, and of what nobody can tell the kind
    of, `content` keeps the technical attributes at most, and `fields` names what it holds.
    """

    content: Mapping[str, Any] | None
    fields: tuple[str, ...] = ()
    size_bytes: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return self.content is not None and not self.fields


def names_of(body: str) -> Names:
    """Return who an event says that it is."""
    raw = _parsed(body)
    if not isinstance(raw, dict):
        return Names()
    try:
        event_id = str(UUID(raw["id"]))
    except (KeyError, ValueError, TypeError, AttributeError):
        event_id = None
    return Names(
        source=_text(raw.get("source")),
        event_id=event_id,
        type=_type(raw.get("type")),
        subject=_text(raw.get("subject")),
        traceparent=tracing.valid(_text(raw.get("traceparent"))),
    )


def as_it_came(body: str) -> Mapping[str, Any] | None:
    """Return the object that a body is, None where it is none or cannot be told as JSON without a change."""
    try:
        raw = json.loads(body, parse_constant=_refuse, parse_float=_finite)
        return raw if isinstance(raw, dict) and raw == _bearable(raw, 1) else None
    except (ValueError, RecursionError):
        return None


def is_public(event_type: str | None) -> bool:
    """Whether a type, or another version of it, is declared, and none of its versions is private."""
    fact = (event_type or "").rsplit(".", 1)[0]
    versions = [declared for known, declared in REGISTRY.items() if known.rsplit(".", 1)[0] == fact]
    return bool(versions) and not any(declared.private for declared in versions)


def shown(body: str) -> Shown:
    """Return what of a body may be looked at."""
    raw, size = _parsed(body), len(body.encode("utf-8", "replace"))
    if not isinstance(raw, dict):
        return Shown(content=None, size_bytes=size)
    if is_public(_type(raw.get("type"))):
        return Shown(content=raw, size_bytes=size)
    return Shown(content=_technical(body, raw), fields=tuple(_field_names(raw)), size_bytes=size)


def _technical(body: str, raw: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Keep the attributes of an envelope that can be read: ids, names and times by its contract."""
    try:
        parse_envelope(body)
    except UnreadableEventError:
        return None
    return {name: value for name, value in raw.items() if name in _ATTRIBUTES and isinstance(value, str | int)}


def _field_names(raw: Mapping[str, Any]) -> list[str]:
    data = raw.get("data")
    inner = data if isinstance(data, dict) else raw
    return sorted(set(_walk(inner, "", 1)))[:MOST_NAMES]


def _walk(node: Any, prefix: str, level: int) -> Iterator[str]:
    """Name fields as `names.ru`, `phones[].number`; a name is a word of the contract, anything else is hidden."""
    for key, value in node.items():
        name = f"{prefix}{key}" if re.fullmatch(r"\w{1,64}", key) else f"{prefix}…"
        yield name
        inner = [(f"{name}.", value)] if isinstance(value, dict) else []
        if isinstance(value, list):
            inner = [(f"{name}[].", item) for item in value[:MOST_NAMES] if isinstance(item, dict)]
        for deeper, child in inner:
            if level < DEEPEST:
                yield from _walk(child, deeper, level + 1)


def _parsed(body: str) -> Any:
    """Read JSON as something that can be written again: finite, of characters that exist, of bearable depth."""
    try:
        return _bearable(json.loads(body, parse_constant=str, parse_float=_finite_or_text), 1)
    except (ValueError, RecursionError):
        return None


def _finite_or_text(text: str) -> float | str:
    number = float(text)
    return number if isfinite(number) else text


def _finite(text: str) -> float:
    number = float(text)
    return number if isfinite(number) else _refuse(text)


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"JSON has no {text}")


def _bearable(node: Any, level: int) -> Any:
    if isinstance(node, str):
        return node.encode("utf-8", "replace").decode()
    if level > DEEPEST_SHOWN:
        return "…"
    if isinstance(node, dict):
        return {_bearable(key, level): _bearable(value, level + 1) for key, value in node.items()}
    return [_bearable(item, level + 1) for item in node] if isinstance(node, list) else node


def _text(value: Any) -> str | None:
    is_kept = isinstance(value, str) and 0 < len(value) <= MAX_ATTRIBUTE_LENGTH and value.isprintable()
    return value if is_kept else None


def _type(value: Any) -> str | None:
    text = _text(value)
    return text if text and _TYPE.fullmatch(text) else None
