"""Strict request parsing.

Read request bodies and queries strictly: one meaning, no surprises.

Requests that are as large as allowed and as long as they said, or refused.
"""

import math
from collections.abc import Iterable, Iterator
from typing import IO, Any, NoReturn

from flask import Request, json
from marshmallow import RAISE, Schema, ValidationError, fields
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.utils import cached_property
from werkzeug.wsgi import LimitedStream, get_content_length, get_input_stream

from servicekit.problems import (
    FieldError,
    InvalidInputError,
    MalformedBodyError,
    RepeatedParameterError,
    UnsupportedMediaError,
)
from servicekit.texts.languages import noop as _

MAX_DEPTH = 32


class StrictParser(FlaskParser):
    """Refuses unknown fields, other types than JSON, NaN, bodies that are no object, and what is said twice."""

    DEFAULT_UNKNOWN_BY_LOCATION = FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION | {"json": RAISE, "query": RAISE}

    def load_json(self, req: Request, schema: Any) -> Any:
        """Read the JSON body.

        Raises:
            UnsupportedMediaError: it is not declared as JSON.
            MalformedBodyError: it cannot be read.
            InvalidInputError: there is none and there has to be one, or it is no object.

        """
        raw = req.get_data()
        if not raw and may_be_absent(req.method, schema):
            return {}
        if not raw:
            raise InvalidInputError(_("Send a JSON object, be it an empty one."))
        if not req.is_json:
            raise UnsupportedMediaError(_("Send the body with Content-Type: application/json."))
        try:
            body = json.loads(
                raw.decode("utf-8"),
                object_pairs_hook=_no_duplicates,
                parse_constant=_no_constant,
                parse_int=_integer,
                parse_float=_finite,
            )
        except (ValueError, RecursionError) as error:
            raise MalformedBodyError(_("The body is no valid JSON in UTF-8.")) from error
        if not isinstance(body, dict):
            raise InvalidInputError(_("The body must be a JSON object."))
        if _is_deeper(body, MAX_DEPTH):
            raise MalformedBodyError(_("The body is nested too deeply."))
        return body

    def load_querystring(self, req: Request, schema: Any) -> Any:
        """Read the query.

        Raises:
            RepeatedParameterError: it says something twice that is no list.

        """
        lists = {name for name, field in schema.fields.items() if isinstance(field, fields.List)}
        for name, values in req.args.lists():
            if len(values) > 1 and name not in lists:
                raise RepeatedParameterError(_("The address says %(name)s more than once."), name=name[:40])
        return super().load_querystring(req, schema)

    def handle_error(self, error: ValidationError, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Raise what the schema found wrong, field by field."""
        raise invalid(error)


def may_be_absent(method: str, schema: Schema) -> bool:
    """Tell whether a request may come without its body: a POST that may leave out all that stands in it.

    What a PUT or a PATCH puts in the place of something has to be said, be it nothing.
    """
    return method.upper() == "POST" and not any(field.required for field in schema.load_fields.values())


def describe(doc: dict[str, Any], said: dict[str, Any], *, method: str, **_others: Any) -> dict[str, Any]:
    """Let the document of an API say whether the body of an operation may be absent."""
    told = doc.get("requestBody", {}).get("content", {}).get("application/json")
    if told:
        schema = told["schema"]() if isinstance(told["schema"], type) else told["schema"]
        doc["requestBody"]["required"] = not may_be_absent(method, schema)
    return doc


def invalid(error: ValidationError) -> InvalidInputError:
    """Return the problem that tells what a schema found wrong, field by field."""
    return InvalidInputError(_("Nothing was saved."), errors=list(_flatten(error.messages, "#")))


def _flatten(messages: Any, pointer: str) -> Iterator[FieldError]:
    if isinstance(messages, dict):
        for key, inner in messages.items():
            skipped = key in ("json", "query", "_schema") and pointer == "#"
            yield from _flatten(inner, pointer if skipped else f"{pointer}/{_token(key)}")
    elif isinstance(messages, list):
        for inner in messages:
            yield from _flatten(inner, pointer)
    elif isinstance(messages, FieldError):
        yield FieldError(pointer, messages.detail, messages.facts)
    else:
        yield FieldError(pointer, str(messages))


def _token(key: Any) -> str:
    """Write the name of a field as a JSON pointer does (RFC 6901), in characters that exist."""
    return str(key).encode("utf-8", "replace").decode().replace("~", "~0").replace("/", "~1")


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


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("too large a number")
    return number


def _is_deeper(body: Any, levels: int) -> bool:
    """Tell whether something lies below so many levels; it goes level by level, however many there are."""
    level = [body]
    for _level in range(levels + 1):
        level = [inner for each in level for inner in _inside(each)]
    return bool(level)


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


class _Bounded(LimitedStream):
    """A body of no declared length; Werkzeug itself would cut it off at the limit and take that for all of it."""

    def __init__(self, stream: IO[bytes], most: int) -> None:
        super().__init__(stream, most + 1, is_max=True)
        self._most = most

    def readinto(self, buffer: Any) -> int | None:
        """Read on, unless it is more than allowed."""
        count = super().readinto(buffer)
        self._check()
        return count

    def readall(self) -> bytes:
        """Read all, unless it is more than allowed."""
        found = super().readall()
        self._check()
        return found

    def _check(self) -> None:
        if self.tell() > self._most:
            raise RequestEntityTooLarge


class _CountingParser(FormDataParser):
    """Holds urlencoded forms, too, to the number of parts that the app allows."""

    def parse(self, stream: IO[bytes], mimetype: str, content_length: int | None, options: Any = None) -> Any:
        """Parse a form.

        Raises:
            RequestEntityTooLarge: it has too many fields.

        """
        rest, form, files = super().parse(stream, mimetype, content_length, options)
        if self.max_form_parts is not None and sum(len(values) for _, values in form.lists()) > self.max_form_parts:
            raise RequestEntityTooLarge
        return rest, form, files


class LimitedRequest(Request):
    """A request of at most `MAX_CONTENT_LENGTH` bytes and `MAX_FORM_PARTS` fields, however they come."""

    form_data_parser_class = _CountingParser

    @cached_property
    def stream(self) -> IO[bytes]:
        """The body: reading it raises RequestEntityTooLarge, or ClientDisconnected where it ends early."""
        most = self.max_content_length
        if get_content_length(self.environ) is not None:
            environ = {name: value for name, value in self.environ.items() if name != "wsgi.input_terminated"}
            return get_input_stream(environ, max_content_length=most)
        if most is None or "wsgi.input_terminated" not in self.environ:
            return super().stream
        return _Bounded(self.environ["wsgi.input"], most)  # type: ignore[return-value]  # as Werkzeug has it
