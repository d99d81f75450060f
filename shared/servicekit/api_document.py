"""The API of a service with the document that describes it: what it takes, what it answers, and how it refuses."""

import threading
from typing import Any

import flask_smorest
from flask import Flask, Response
from marshmallow import fields

from servicekit import api_refusals, api_security, path_parts, refusals


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
        return refusals.render_http(error)

    def _init_spec(self, **options: Any) -> None:
        super()._init_spec(**options)
        self.spec.components.security_scheme(api_security.SCHEME, dict(api_security.BEARER))
        self.spec.components.schema(api_refusals.NAME, api_refusals.PROBLEM)
        self.flask_plugin.register_converter(path_parts.LetterId, path_parts.letter_id)
        self.ma_plugin.converter.add_attribute_function(_keywords)
        self.ma_plugin.converter.add_parameter_attribute_function(_never_null)

    def _register_responses(self) -> None:
        for name, told in api_refusals.responses():
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
