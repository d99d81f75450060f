"""What the document of an API says of refusals: problems of RFC 9457, for each operation by the statuses that apply."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from access.matrix import OPEN

NAME, MEDIA_TYPE = "Problem", "application/problem+json"
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "A refusal, as RFC 9457 writes it, in the reader's language.",
    "required": ["type", "title", "status", "instance"],
    "additionalProperties": False,
    "properties": {
        "type": {
            "type": "string",
            "pattern": "^urn:caravan:problem:[a-z0-9-]+$",
            "description": "Its kind: it stays what it is, whatever the language.",
        },
        "title": {"type": "string", "minLength": 1},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "instance": {"type": "string", "description": "The path that was asked for."},
        "detail": {"type": "string", "minLength": 1, "description": "What happened, and what to do."},
        "errors": {
            "type": "array",
            "minItems": 1,
            "description": "What is wrong, field by field.",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "additionalProperties": False,
                "properties": {
                    "pointer": {"type": "string", "description": "A JSON pointer to the field."},
                    "detail": {"type": "string"},
                },
            },
        },
        "reasons": {
            "type": "array",
            "minItems": 1,
            "description": "All that stands in the way, each with a code that stays what it is.",
            "items": {
                "type": "object",
                "required": ["code", "detail", "about"],
                "additionalProperties": False,
                "properties": {
                    "code": {"type": "string", "pattern": "^[a-z_]+$"},
                    "detail": {"type": "string"},
                    "about": {"type": "object", "description": "The ids that it is about."},
                },
            },
        },
        "alternatives": {
            "type": "array",
            "minItems": 1,
            "description": "What could be asked instead, the nearest first.",
            "items": {"type": "object"},
        },
        "current": {"type": "object", "description": "How it stands now, where it was seen otherwise."},
    },
}
REFERENCE = {"$ref": f"#/components/schemas/{NAME}"}
_SECONDS = {"schema": {"type": "integer", "minimum": 1}, "description": "After so many seconds it may be answered."}
_CHALLENGE = {"schema": {"type": "string"}, "required": True, "description": "How to say who asks."}
_HEADERS: dict[HTTPStatus, dict[str, Any]] = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": _CHALLENGE},
    HTTPStatus.CONFLICT: {"Retry-After": _SECONDS},
    HTTPStatus.TOO_MANY_REQUESTS: {"Retry-After": _SECONDS | {"required": True}},
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": _SECONDS},
}


def responses() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every refusal that an operation may name, as a component of the document."""
    for status in HTTPStatus:
        if status >= HTTPStatus.BAD_REQUEST:
            yield status.name, response(status)


def response(status: HTTPStatus) -> dict[str, Any]:
    """Return the description of a refusal."""
    content = {MEDIA_TYPE: {"schema": dict(REFERENCE)}}
    told = {"description": status.phrase, "content": content}
    return told | ({"headers": _HEADERS[status]} if status in _HEADERS else {})


def describe(doc: dict[str, Any], said: dict[str, Any], *, method: str, **_others: Any) -> dict[str, Any]:
    """Add the refusals of an operation to what flask-smorest has gathered of it; what is told there stays."""
    by_hand = said.get("manual_doc", {})
    parameters = [*doc.get("parameters", ()), *by_hand.get("parameters", ())]
    body = by_hand.get("requestBody") or doc.get("requestBody")
    told = doc.setdefault("responses", {})
    for status in _statuses(by_hand.get("x-deed"), method, has_parameters=bool(parameters), body=body):
        told.setdefault(status.value, status.name)
    doc["responses"] = dict(sorted(told.items()))
    return doc


def _statuses(deed: str | None, method: str, *, has_parameters: bool, body: Any) -> Iterator[HTTPStatus]:
    yield from (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED)
    yield from (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
    if deed not in OPEN:
        yield from (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
    if method != "get":
        yield from (HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if body or has_parameters:
        yield HTTPStatus.UNPROCESSABLE_ENTITY
    if body and "application/json" in body["content"]:
        yield HTTPStatus.UNSUPPORTED_MEDIA_TYPE
