"""Read request bodies and queries strictly: one meaning, no surprises."""

from collections.abc import Iterator
from typing import Any, NoReturn

from flask import Request, json
from marshmallow import RAISE, ValidationError
from webargs.flaskparser import FlaskParser

from servicekit.languages import noop as _
from servicekit.problems import FieldError, InvalidInputError, MalformedBodyError, UnsupportedMediaError

MAX_DEPTH = 32


class StrictParser(FlaskParser):
    """Refuses unknown fields, other types than JSON, duplicate keys, NaN, and bodies that are no object."""

    DEFAULT_UNKNOWN_BY_LOCATION = FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION | {"json": RAISE, "query": RAISE}

    def load_json(self, req: Request, schema: Any) -> Any:
        """Read the JSON body.

        Raises:
            UnsupportedMediaError: it is not declared as JSON.
            MalformedBodyError: it cannot be read.
            InvalidInputError: it is no object.

        """
        raw = req.get_data()
        if not raw:
            return {}
        if not req.is_json:
            raise UnsupportedMediaError(_("Send the body with Content-Type: application/json."))
        try:
            body = json.loads(
                raw.decode("utf-8"), object_pairs_hook=_no_duplicates, parse_constant=_no_constant, parse_int=_integer
            )
        except (ValueError, RecursionError) as error:
            raise MalformedBodyError(_("The body is no valid JSON in UTF-8.")) from error
        if not isinstance(body, dict):
            raise InvalidInputError(_("The body must be a JSON object."))
        if _depth(body) > MAX_DEPTH:
            raise MalformedBodyError(_("The body is nested too deeply."))
        return body

    def handle_error(self, error: ValidationError, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Raise what the schema found wrong, field by field."""
        raise invalid(error)


def invalid(error: ValidationError) -> InvalidInputError:
    """Return the problem that tells what a schema found wrong, field by field."""
    return InvalidInputError(_("Nothing was saved."), errors=list(_flatten(error.messages, "#")))


def _flatten(messages: Any, pointer: str) -> Iterator[FieldError]:
    if isinstance(messages, dict):
        for key, inner in messages.items():
            skipped = key in ("json", "query", "_schema") and pointer == "#"
            yield from _flatten(inner, pointer if skipped else f"{pointer}/{key}")
    elif isinstance(messages, list):
        for inner in messages:
            yield from _flatten(inner, pointer)
    elif isinstance(messages, FieldError):
        yield FieldError(pointer, messages.detail, messages.facts)
    else:
        yield FieldError(pointer, str(messages))


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("duplicate key")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _integer(digits: str) -> int:
    if len(digits) > 20:
        raise ValueError("too many digits")
    return int(digits)


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    return 0
