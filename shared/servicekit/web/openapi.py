"""OpenAPI document.

What the document of an API says of refusals: problems of RFC 9457, for each operation by the statuses that apply.

What the document of an API says of who may: the scheme, and the deed of each operation.

The API of a service with the document that describes it: what it takes, what it answers, and how it refuses.
"""

import threading
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import flask_smorest
from flask import Flask, Response
from marshmallow import fields

from access.matrix import OPEN, Deed
from servicekit import identifiers
from servicekit.web import errors

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


def describe_refusals(doc: dict[str, Any], said: dict[str, Any], *, method: str, **_others: Any) -> dict[str, Any]:
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


SCHEME = "bearer"
BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": (
        "A token from `POST /registration/v1/tokens`, which takes a key to the API as the password of HTTP "
        "Basic (OAuth 2.0 client credentials). It may do what the key was made for: `x-deed` names it."
    ),
}


def describe_security(view: Any, deed: Deed) -> None:
    """Let the document say which deed a view is."""
    told = view.__dict__.setdefault("_apidoc", {}).setdefault("manual_doc", {})
    told["x-deed"] = deed.value
    told["security"] = [] if deed in OPEN else [{SCHEME: []}]


class Api(flask_smorest.Api):
    """The API of a service; its errors are rendered by `problems`.

    It is described when somebody reads the description: that takes longer than the rest of the app.
    """

    DEFAULT_ERROR_RESPONSE_NAME = None  # each operation names the statuses that it answers with

    def __init__(self, app: Flask) -> None:
        self._described: Any = None
        self._undescribed: list[flask_smorest.Blueprint] = []
        self._describing = threading.RLock()
        super().__init__(app)

    def register_blueprint(self, blueprint: flask_smorest.Blueprint) -> None:
        """Add a blueprint to the app, and to the description that is still to be made."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
        self._app.register_blueprint(blueprint)
        self._undescribed.append(blueprint)

    @property
    def spec(self) -> Any:
        """The `apispec.APISpec` of all blueprints."""
        with self._describing:
            while self._undescribed:
                blueprint, spec = self._undescribed.pop(0), self._described
                blueprint.register_views_in_doc(self, self._app, spec, name=blueprint.name, parameters=None)
                spec.tag({"name": blueprint.name, "description": blueprint.description})
            return self._described

    @spec.setter
    def spec(self, made: Any) -> None:
        self._described = made

    def handle_http_exception(self, error: Any) -> Response:
        """Render an HTTP error as every other refusal."""
        return errors.render_http(error)

    def _init_spec(self, **options: Any) -> None:
        super()._init_spec(**options)
        self.spec.components.security_scheme(SCHEME, dict(BEARER))
        self.spec.components.schema(NAME, PROBLEM)
        self.flask_plugin.register_converter(identifiers.LetterId, identifiers.letter_id)
        self.ma_plugin.converter.add_attribute_function(_keywords)
        self.ma_plugin.converter.add_parameter_attribute_function(_never_null)

    def _register_responses(self) -> None:
        for name, told in responses():
            self.spec.components.response(name, told, lazy=True)


def _keywords(converter: Any, field: Any, ret: dict[str, Any]) -> dict[str, Any]:
    """Tell what a field says of itself in JSON Schema, and what the keys of an object may be."""
    told = dict(getattr(field, "keywords", {}))
    if isinstance(field, fields.Dict) and field.key_field:
        told["propertyNames"] = converter.field2property(field.key_field)
    return told


def _never_null(converter: Any, field: Any, ret: dict[str, Any]) -> dict[str, Any]:
    """Tell of a parameter that it is left out rather than null: an address cannot say null."""
    schema = dict(ret["schema"])
    if isinstance(schema.get("type"), list):
        schema["type"] = next(name for name in schema["type"] if name != "null")
    if "enum" in schema:
        schema["enum"] = [value for value in schema["enum"] if value is not None]
    if schema.get("default", ...) is None:
        del schema["default"]
    return {"schema": schema}
